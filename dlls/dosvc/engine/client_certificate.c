/*
 * The certificate that a client shows to servers, and its key.
 *
 * Copyright 2026 the dosvc authors
 *
 * This library is free software; you can redistribute it and/or
 * modify it under the terms of the GNU Lesser General Public
 * License as published by the Free Software Foundation; either
 * version 2.1 of the License, or (at your option) any later version.
 *
 * This library is distributed in the hope that it will be useful,
 * but WITHOUT ANY WARRANTY; without even the implied warranty of
 * MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE.  See the GNU
 * Lesser General Public License for more details.
 *
 * You should have received a copy of the GNU Lesser General Public
 * License along with this library; if not, write to the Free Software
 * Foundation, Inc., 51 Franklin St, Fifth Floor, Boston, MA 02110-1301, USA
 */

#include "config.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "engine_private.h"

/* A copy of what was written, with a zero at the end; NULL: no memory, or nothing there. */
static char *bio_text(BIO *bio)
{
    char *data, *text = NULL;
    long length = BIO_get_mem_data(bio, &data);

    if (length > 0 && (text = malloc((size_t)length + 1)))
    {
        memcpy(text, data, (size_t)length);
        text[length] = 0;
    }
    return text;
}

static char *certificate_to_pem(const void *data, uint32_t size)
{
    const unsigned char *position = data;
    char *text = NULL;
    X509 *certificate;
    BIO *bio;

    if (!(certificate = d2i_X509(NULL, &position, (long)size)))
        return NULL;
    if ((bio = BIO_new(BIO_s_mem())) && PEM_write_bio_X509(bio, certificate) == 1)
        text = bio_text(bio);
    BIO_free(bio);
    X509_free(certificate);
    return text;
}

/* A PRIVATEKEYBLOB, as Windows' cryptographic providers export it. */
static char *key_to_pem(const void *data, uint32_t size)
{
    const unsigned char *position = data;
    char *text = NULL;
    EVP_PKEY *key;
    BIO *bio;

    if (!(key = b2i_PrivateKey(&position, (long)size)))
        return NULL;
    if ((bio = BIO_new(BIO_s_secmem())) && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1)
        text = bio_text(bio);
    BIO_free(bio);
    EVP_PKEY_free(key);
    return text;
}

static void wipe(char *text)
{
    if (text)
        OPENSSL_cleanse(text, strlen(text));
    free(text);
}

int32_t engine_job_set_certificate(struct engine *engine, const struct job_id *id, const void *certificate,
                                   uint32_t certificate_size, const void *key, uint32_t key_size)
{
    char *certificate_text, *key_text = NULL;
    struct job *job = NULL;
    int32_t hr;

    if (!(certificate_text = certificate_to_pem(certificate, certificate_size)))
        return CRYPT_E_FILE_ERROR;
    if (key_size && !(key_text = key_to_pem(key, key_size)))
        hr = CRYPT_E_FILE_ERROR;
    else if ((job = job_lock(engine, id, &hr)) && SUCCEEDED(hr = job_check_event(job, JOB_EVENT_MODIFY))
             && SUCCEEDED(hr = text_replace(&job->texts[JOB_TEXT_CLIENT_CERTIFICATE], certificate_text)))
        hr = text_replace(&job->texts[JOB_TEXT_CLIENT_KEY], key_text);
    if (job)
        job_unlock(engine, job);
    wipe(key_text);
    wipe(certificate_text);
    return hr;
}
