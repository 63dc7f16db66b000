/*
 * The test server as a program.
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

#include <errno.h>
#include <openssl/evp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "testserver.h"

#define DEFAULT_LIFETIME 600            /* seconds */

static int usage(void)
{
    fputs("usage: testserver [--lifetime SECONDS] [--ca FILE]\n"
          "       testserver --sha256 SIZE [SEED]\n"
          "\n"
          "Serves on the loopback address until its standard input ends, or for the lifetime (600 s). One line on\n"
          "standard output names the ports and the certificate of its CA. With --sha256 it prints the hash of the\n"
          "content of a /data/ URL.\n", stderr);
    return 2;
}

static int print_sha256(uint64_t size, uint64_t seed)
{
    static unsigned char block[65536];
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int length = 0, i;
    uint64_t offset;
    size_t step;

    if (!context || EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1)
        return 1;
    for (offset = 0; offset < size; offset += step)
    {
        step = size - offset < sizeof(block) ? (size_t)(size - offset) : sizeof(block);
        testserver_content(seed, offset, block, step);
        EVP_DigestUpdate(context, block, step);
    }
    EVP_DigestFinal_ex(context, digest, &length);
    EVP_MD_CTX_free(context);
    for (i = 0; i < length; i++)
        printf("%02x", digest[i]);
    putchar('\n');
    return 0;
}

/* Until the standard input ends; what comes from it is ignored. */
static void wait_for_end(unsigned int lifetime)
{
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    struct timespec now, end;
    char buffer[256];

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += lifetime;
    for (;;)
    {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec >= end.tv_sec)
            return;
        if (poll(&input, 1, (int)(end.tv_sec - now.tv_sec) * 1000) > 0
            && read(STDIN_FILENO, buffer, sizeof(buffer)) <= 0)
            return;
    }
}

static int serve(unsigned int lifetime, const char *ca_path)
{
    struct testserver *server;

    if (!(server = testserver_start(ca_path)))
    {
        fprintf(stderr, "testserver: it could not be started: %s\n", strerror(errno));
        return 1;
    }
    printf("http=%u https=%u https_untrusted=%u https_expired=%u https_wrong_name=%u ca=%s\n",
           testserver_port(server, TESTSERVER_HTTP), testserver_port(server, TESTSERVER_HTTPS),
           testserver_port(server, TESTSERVER_UNTRUSTED), testserver_port(server, TESTSERVER_EXPIRED),
           testserver_port(server, TESTSERVER_WRONG_NAME), testserver_ca_path(server));
    fflush(stdout);
    wait_for_end(lifetime);
    testserver_stop(server);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned long lifetime = DEFAULT_LIFETIME;
    const char *ca_path = NULL;
    int i;

    if (argc >= 3 && argc <= 4 && !strcmp(argv[1], "--sha256"))
        return print_sha256(strtoull(argv[2], NULL, 10), argc == 4 ? strtoull(argv[3], NULL, 10) : 7);
    for (i = 1; i + 1 < argc; i += 2)
    {
        if (!strcmp(argv[i], "--lifetime"))
            lifetime = strtoul(argv[i + 1], NULL, 10);
        else if (!strcmp(argv[i], "--ca"))
            ca_path = argv[i + 1];
        else
            return usage();
    }
    if (i != argc || !lifetime || lifetime > 86400)
        return usage();
    return serve((unsigned int)lifetime, ca_path);
}
