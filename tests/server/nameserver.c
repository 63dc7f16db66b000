/*
 * A name server that knows one name, for tests that have a network of their own.
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

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 53
#define LIFETIME_MS 600000              /* between two queries */
#define HEADER 12
#define MESSAGE_MAX 512
#define NAME_SIZE 256
#define RECORD 16                       /* an answer: the name as a reference, an address */
#define TYPE_A 1
#define NO_SUCH_NAME 3

static int usage(void)
{
    fputs("usage: nameserver NAME ADDRESS\n"
          "\n"
          "Answers queries to port 53 of 127.0.0.1 until its standard input ends, or none has come for 10 minutes:\n"
          "the name has the address, and there is no other one. Prints a line when it listens.\n", stderr);
    return 2;
}

/* The name of the one question, with dots, and its type. Gives where the question ends; 0: there is none. */
static size_t read_question(const uint8_t *query, size_t length, char *name, unsigned int *type)
{
    size_t pos = HEADER, used = 0;

    if (length < HEADER || query[4] || query[5] != 1)
        return 0;
    while (pos < length && query[pos])
    {
        if (query[pos] > 63 || pos + query[pos] >= length || used + query[pos] + 1 >= NAME_SIZE)
            return 0;
        memcpy(name + used, query + pos + 1, query[pos]);
        used += query[pos];
        name[used++] = '.';
        pos += query[pos] + 1u;
    }
    if (!used || pos + 5 > length)
        return 0;
    name[used - 1] = 0;
    *type = (unsigned int)(query[pos + 1] << 8 | query[pos + 2]);
    return pos + 5;
}

/* Makes the query its answer, and gives the length of that; 0: it is none. */
static size_t make_answer(uint8_t *message, size_t length, const char *name, const struct in_addr *address)
{
    static const uint8_t record[RECORD - 4] = {0xc0, HEADER, 0, TYPE_A, 0, 1, 0, 0, 0, 60, 0, 4};
    char asked[NAME_SIZE];
    unsigned int type;
    size_t end;
    bool known;

    if (!(end = read_question(message, length, asked, &type)) || end + RECORD > MESSAGE_MAX)
        return 0;
    known = !strcasecmp(asked, name);
    message[2] = (uint8_t)(0x84 | (message[2] & 1));   /* an answer, of who knows */
    message[3] = (uint8_t)(0x80 | (known ? 0 : NO_SUCH_NAME));
    memset(message + 6, 0, 6);
    if (!known || type != TYPE_A)
        return end;
    message[7] = 1;
    memcpy(message + end, record, sizeof(record));
    memcpy(message + end + sizeof(record), address, 4);
    return end + RECORD;
}

static void answer_query(int fd, const char *name, const struct in_addr *address)
{
    struct sockaddr_in client;
    socklen_t size = sizeof(client);
    uint8_t message[MESSAGE_MAX];
    ssize_t length;
    size_t answer;

    length = recvfrom(fd, message, sizeof(message), 0, (struct sockaddr *)&client, &size);
    if (length > 0 && (answer = make_answer(message, (size_t)length, name, address)))
        (void)sendto(fd, message, answer, 0, (struct sockaddr *)&client, size);    /* who has no answer asks again */
}

static int open_socket(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd;

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if ((fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) == -1)
        return -1;
    if (!bind(fd, (struct sockaddr *)&address, sizeof(address)))
        return fd;
    close(fd);
    return -1;
}

int main(int argc, char **argv)
{
    struct pollfd polls[] = {{.fd = STDIN_FILENO, .events = POLLIN}, {.events = POLLIN}};
    struct in_addr address;
    char buffer[64];

    if (argc != 3 || !inet_aton(argv[2], &address))
        return usage();
    if ((polls[1].fd = open_socket()) == -1)
    {
        perror("nameserver");
        return 1;
    }
    puts("ready");
    fflush(stdout);
    while (poll(polls, 2, LIFETIME_MS) > 0)
    {
        if (polls[1].revents)
            answer_query(polls[1].fd, argv[1], &address);
        if (polls[0].revents && read(STDIN_FILENO, buffer, sizeof(buffer)) <= 0)
            break;
    }
    close(polls[1].fd);
    return 0;
}
