/*
 * What a program can do with libcurl alone: libcurl_get CA_FILE URL FILE.
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

#include <curl/curl.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BUFFER_SIZE (512 * 1024L)       /* the largest that libcurl takes */

static size_t take(char *data, size_t size, size_t count, void *context)
{
    const int *fd = context;
    size_t length = size * count, done = 0;
    ssize_t ret;

    while (done < length)
    {
        if ((ret = write(*fd, data + done, length - done)) <= 0)
            return 0;
        done += (size_t)ret;
    }
    return length;
}

static CURLcode fetch(const char *ca_file, const char *url, int fd)
{
    CURLcode ret = CURLE_FAILED_INIT;
    CURL *easy;

    if (!(easy = curl_easy_init()))
        return ret;
    if (!(ret = curl_easy_setopt(easy, CURLOPT_URL, url))
        && !(ret = curl_easy_setopt(easy, CURLOPT_CAINFO, ca_file))
        && !(ret = curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L))
        && !(ret = curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, BUFFER_SIZE))
        && !(ret = curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take))
        && !(ret = curl_easy_setopt(easy, CURLOPT_WRITEDATA, &fd)))
        ret = curl_easy_perform(easy);
    curl_easy_cleanup(easy);
    return ret;
}

int main(int argc, char **argv)
{
    CURLcode ret;
    int fd;

    if (argc != 4)
        return 2;
    if ((fd = open(argv[3], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) == -1)
    {
        perror(argv[3]);
        return EXIT_FAILURE;
    }
    if ((ret = fetch(argv[1], argv[2], fd)))
        fprintf(stderr, "%s: %s\n", argv[2], curl_easy_strerror(ret));
    return close(fd) || ret ? EXIT_FAILURE : EXIT_SUCCESS;
}
