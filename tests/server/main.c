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
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include "testserver.h"

#define DEFAULT_LIFETIME 600            /* seconds */
#define LIFETIME_MAX 86400
#define DEFAULT_SEED 7                  /* as in script.c */

static int usage(void)
{
    fputs("usage: testserver [--lifetime SECONDS] [--ca FILE]\n"
          "       testserver --sha256 SIZE [SEED]\n"
          "\n"
          "Serves on the loopback address until its standard input ends, SIGTERM or SIGINT comes, or the lifetime\n"
          "(600 s) is over. One line on standard output names the ports and the certificate of its CA. With --sha256\n"
          "it prints the hash of the content of a /data/ URL.\n", stderr);
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

/* The whole text is a number, in decimal and not above the limit. */
static bool parse_number(const char *text, uint64_t limit, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(text, &end, 10);
    return *text >= '0' && *text <= '9' && !*end && !errno && *number <= limit;
}

/* Gives a descriptor for the signals that end the program, -1 on failure; before there are threads. */
static int open_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return pthread_sigmask(SIG_BLOCK, &signals, NULL) ? -1 : signalfd(-1, &signals, SFD_CLOEXEC);
}

/* Until the standard input ends, or a signal comes; what comes from the input is ignored. */
static void wait_for_end(unsigned int lifetime, int signals)
{
    struct pollfd polls[2] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.fd = signals, .events = POLLIN}};
    struct timespec now, end;
    char buffer[256];

    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += lifetime;
    for (;;)
    {
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec >= end.tv_sec)
            return;
        if (poll(polls, 2, (int)(end.tv_sec - now.tv_sec) * 1000) <= 0)
            continue;
        if (polls[1].revents || (polls[0].revents && read(STDIN_FILENO, buffer, sizeof(buffer)) <= 0))
            return;
    }
}

static int serve(unsigned int lifetime, const char *ca_path)
{
    struct testserver *server;
    int signals;

    if ((signals = open_signals()) == -1)
    {
        fprintf(stderr, "testserver: no signals can be waited for: %s\n", strerror(errno));
        return 1;
    }
    if (!(server = testserver_start(ca_path)))
    {
        fprintf(stderr, "testserver: it could not be started: %s\n", strerror(errno));
        return 1;
    }
    printf("http=%u https=%u https_untrusted=%u https_expired=%u https_wrong_name=%u https_not_yet_valid=%u "
           "https_wrong_usage=%u https_revoked=%u https_all_wrong=%u https_client_certificate=%u ca=%s\n",
           testserver_port(server, TESTSERVER_HTTP), testserver_port(server, TESTSERVER_HTTPS),
           testserver_port(server, TESTSERVER_UNTRUSTED), testserver_port(server, TESTSERVER_EXPIRED),
           testserver_port(server, TESTSERVER_WRONG_NAME),
           testserver_port(server, TESTSERVER_NOT_YET_VALID), testserver_port(server, TESTSERVER_WRONG_USAGE),
           testserver_port(server, TESTSERVER_REVOKED), testserver_port(server, TESTSERVER_ALL_WRONG),
           testserver_port(server, TESTSERVER_CLIENT_CERTIFICATE),
           testserver_ca_path(server));
    fflush(stdout);
    wait_for_end(lifetime, signals);
    testserver_stop(server);
    close(signals);
    return 0;
}

int main(int argc, char **argv)
{
    uint64_t lifetime = DEFAULT_LIFETIME, size, seed = DEFAULT_SEED;
    const char *ca_path = NULL;
    int i;

    if (argc >= 3 && argc <= 4 && !strcmp(argv[1], "--sha256"))
    {
        if (!parse_number(argv[2], UINT64_MAX, &size) || (argc == 4 && !parse_number(argv[3], UINT64_MAX, &seed)))
            return usage();
        return print_sha256(size, seed);
    }
    for (i = 1; i + 1 < argc; i += 2)
    {
        if (!strcmp(argv[i], "--lifetime") && parse_number(argv[i + 1], LIFETIME_MAX, &lifetime))
            continue;
        if (!strcmp(argv[i], "--ca"))
            ca_path = argv[i + 1];
        else
            return usage();
    }
    if (i != argc || !lifetime)
        return usage();
    return serve((unsigned int)lifetime, ca_path);
}
