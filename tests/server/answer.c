/*
 * What the test server answers.
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

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "answer.h"
#include "auth.h"
#include "script.h"
#include "testserver.h"

#define REQUEST_MAX 12288
#define HEAD_MAX (64 * 1024)
#define BLOCK (64 * 1024)
#define RATE_TICK_MS 20                 /* a throttled body is sent in so many parts */
#define DRIP_MS 1000
#define TUNNEL_DOMAIN ".tunnel.test"

/* One request, and what is to be answered. */
struct exchange
{
    struct recorder *recorder;
    struct connection *connection;
    struct script script;
    char request[REQUEST_MAX];          /* the request line, then the header lines, each with its line end */
    char *headers;
    bool head_only;
    bool close;
    bool proxy;                         /* the request had an absolute URL */
    bool tunnel;                        /* it wants one */
    struct visit visit;
    uint64_t size, seed;                /* of the content at this time */
    uint64_t first, last;               /* what of it is sent; last is exclusive */
    bool partial;
    bool mischief;                      /* this is one of the requests that the script spoils */
    char etag[SCRIPT_TEXT_MAX], date[SCRIPT_TEXT_MAX];
};

static bool find_header(const struct exchange *exchange, const char *name, char *value, size_t room)
{
    size_t length = strlen(name);
    const char *line, *end;

    for (line = exchange->headers; *line; line = end + 2)
    {
        if (!(end = strstr(line, "\r\n")))
            break;
        if (strncasecmp(line, name, length) || line[length] != ':')
            continue;
        line += length + 1;
        line += strspn(line, " \t");
        if ((size_t)(end - line) >= room)
            return false;
        memcpy(value, line, (size_t)(end - line));
        value[end - line] = 0;
        return true;
    }
    return false;
}

static void append(char *head, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void append(char *head, const char *format, ...)
{
    size_t used = strlen(head);
    va_list args;

    va_start(args, format);
    vsnprintf(head + used, HEAD_MAX - used, format, args);
    va_end(args);
}

static const char *reason(unsigned int status)
{
    switch (status)
    {
    case 200: return "OK";
    case 206: return "Partial Content";
    case 302: return "Found";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 407: return "Proxy Authentication Required";
    case 416: return "Range Not Satisfiable";
    case 500: return "Internal Server Error";
    case 503: return "Service Unavailable";
    default: return "Status";
    }
}

static void begin_head(const struct exchange *exchange, char *head, unsigned int status)
{
    uint64_t i;

    *head = 0;
    append(head, "HTTP/1.1 %u %s\r\n", status, reason(status));
    for (i = 0; *exchange->script.header && i < exchange->script.header_repeat; i++)
        append(head, "%s\r\n", exchange->script.header);
    if (exchange->close)
        append(head, "Connection: close\r\n");
}

static void append_retry_after(const struct exchange *exchange, char *head)
{
    time_t then = time(NULL) + (time_t)exchange->script.retry_after;
    char date[64];
    struct tm tm;

    if (!exchange->script.retry_date)
        append(head, "Retry-After: %" PRIu64 "\r\n", exchange->script.retry_after);
    else if (gmtime_r(&then, &tm) && strftime(date, sizeof(date), "%a, %d %b %Y %H:%M:%S GMT", &tm))
        append(head, "Retry-After: %s\r\n", date);
}

static bool send_text(struct exchange *exchange, unsigned int status, const char *type, const char *text)
{
    char head[HEAD_MAX];

    begin_head(exchange, head, status);
    if (exchange->script.retry_after && status >= 400)
        append_retry_after(exchange, head);
    if (status == 401)
        append(head, "WWW-Authenticate: %s\r\n",
               auth_challenge(exchange->script.auth, exchange->connection->server_step));
    if (status == 405)
        append(head, "Allow: GET, HEAD\r\n");
    if (status == 407)
        append(head, "Proxy-Authenticate: %s\r\n",
               auth_challenge(exchange->script.proxy_auth, exchange->connection->proxy_step));
    if (status == 416)
        append(head, "Content-Range: bytes */%" PRIu64 "\r\n", exchange->size);
    if (status == 204 || status == 304)
        text = "";                      /* never have a body */
    else
        append(head, "Content-Type: %s\r\nContent-Length: %zu\r\n", type, strlen(text));
    append(head, "\r\n");
    if (!connection_write(exchange->connection, head, strlen(head)))
        return false;
    return exchange->head_only || connection_write(exchange->connection, text, strlen(text));
}

static bool send_status(struct exchange *exchange, unsigned int status)
{
    char text[128];

    snprintf(text, sizeof(text), "The test server answers %u.\n", status);
    return send_text(exchange, status, "text/plain", text);
}

static bool send_redirect(struct exchange *exchange, const char *target)
{
    char head[HEAD_MAX];

    begin_head(exchange, head, (unsigned int)exchange->script.code);
    append(head, "Location: %s\r\nContent-Length: 0\r\n\r\n", target);
    return connection_write(exchange->connection, head, strlen(head));
}

/* To the same URL; hops count down. */
static bool send_hop(struct exchange *exchange)
{
    const struct script *script = &exchange->script;
    char target[HEAD_MAX];
    const char *hops = strstr(script->query, "hops=");

    if (script->loop || !hops)
        snprintf(target, sizeof(target), "%s?%s", script->path, script->query);
    else
        snprintf(target, sizeof(target), "%s?%.*shops=%" PRIu64 "%s", script->path, (int)(hops - script->query),
                 script->query, script->hops - 1, hops + 5 + strspn(hops + 5, "0123456789"));
    return send_redirect(exchange, target);
}

/* Digits; what is too large is UINT64_MAX. False: there are none. */
static bool read_number(const char **text, uint64_t *number)
{
    const char *start = *text;

    for (*number = 0; **text >= '0' && **text <= '9'; ++*text)
    {
        if (*number > (UINT64_MAX - 9) / 10)
            *number = UINT64_MAX;
        else
            *number = *number * 10 + (uint64_t)(**text - '0');
    }
    return *text != start;
}

/* The validators that the content has at this time; empty: none. */
static void make_validators(struct exchange *exchange, bool changed)
{
    const struct script *script = &exchange->script;
    const char *etag = changed && *script->etag2 ? script->etag2 : script->etag;
    const char *date = changed && *script->last_modified2 ? script->last_modified2 : script->last_modified;

    if (!*etag)
        snprintf(exchange->etag, sizeof(exchange->etag), "\"%" PRIx64 "-%" PRIx64 "\"", exchange->seed,
                 exchange->size);
    else
        snprintf(exchange->etag, sizeof(exchange->etag), "%s", strcmp(etag, "none") ? etag : "");
    if (!*date)
        date = "Thu, 01 Jan 2026 00:00:00 GMT";
    snprintf(exchange->date, sizeof(exchange->date), "%s", strcmp(date, "none") ? date : "");
}

/* A weak ETag matches nothing here. */
static bool if_range_matches(const struct exchange *exchange)
{
    char value[SCRIPT_TEXT_MAX];

    if (!find_header(exchange, "If-Range", value, sizeof(value)))
        return true;
    return *value && ((!strcmp(value, exchange->etag) && strncmp(value, "W/", 2)) || !strcmp(value, exchange->date));
}

static bool read_suffix_range(struct exchange *exchange, const char *text)
{
    uint64_t length;

    if (!read_number(&text, &length) || *text)
        return true;
    exchange->partial = true;
    exchange->first = length < exchange->size ? exchange->size - length : 0;
    return length && exchange->size;
}

/* The same number of bytes, one further on; or before, at the end of the content. */
static void move_range(struct exchange *exchange)
{
    if (exchange->last < exchange->size)
    {
        exchange->first++;
        exchange->last++;
    }
    else if (exchange->first)
    {
        exchange->first--;
        exchange->last--;
    }
}

/* Reads a Range header with one range. False: it cannot be satisfied. What is not understood is ignored. */
static bool read_range(struct exchange *exchange)
{
    const char *text;
    uint64_t first, last = UINT64_MAX;
    char value[128];

    exchange->first = 0;
    exchange->last = exchange->size;
    if (exchange->script.norange || !find_header(exchange, "Range", value, sizeof(value))
        || strncmp(value, "bytes=", 6) || !if_range_matches(exchange))
        return true;
    text = value + 6;
    if (*text == '-')
        return read_suffix_range(exchange, text + 1);
    if (!read_number(&text, &first) || *text++ != '-' || (*text && !read_number(&text, &last)) || *text
        || last < first)
        return true;
    exchange->partial = true;
    if (first >= exchange->size)
        return false;
    exchange->first = first;
    if (last < exchange->size - 1)
        exchange->last = last + 1;
    if (exchange->script.otherrange && exchange->mischief)
        move_range(exchange);
    return true;
}

static void append_content_range(const struct exchange *exchange, char *head)
{
    uint64_t shift = exchange->script.badrange && exchange->mischief ? 1 : 0;

    append(head, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/", exchange->first + shift,
           exchange->last - 1 + shift);
    if (exchange->script.nototal)
        append(head, "*\r\n");
    else
        append(head, "%" PRIu64 "\r\n", exchange->size + shift);
}

static bool send_content_head(struct exchange *exchange)
{
    const struct script *script = &exchange->script;
    char head[HEAD_MAX];

    if (script->nolength)
        exchange->close = true;
    begin_head(exchange, head, exchange->partial ? 206 : 200);
    append(head, "Content-Type: application/octet-stream\r\n");
    if (!script->silent)
        append(head, "Accept-Ranges: %s\r\n", script->norange ? "none" : "bytes");
    if (*exchange->etag)
        append(head, "ETag: %s\r\n", exchange->etag);
    if (*exchange->date)
        append(head, "Last-Modified: %s\r\n", exchange->date);
    if (exchange->partial)
        append_content_range(exchange, head);
    if (script->gzip)
        append(head, "Content-Encoding: gzip\r\n");
    if (script->chunked)
        append(head, "Transfer-Encoding: chunked\r\n");
    else if (!script->nolength)
        append(head, "Content-Length: %" PRIu64 "\r\n", exchange->last - exchange->first);
    append(head, "\r\n");
    return connection_write(exchange->connection, head, strlen(head));
}

/* The nearest point of the body, after `done`, at which something other than sending is to be done. */
static uint64_t next_stop(uint64_t done, uint64_t end, uint64_t point)
{
    return point > done && point < end ? point : end;
}

/* Bytes are counted before the client can have them: it may ask for the count as soon as it has. */
static bool send_block(struct exchange *exchange, const void *block, size_t size)
{
    char chunk[32] = "";
    size_t sent = 0;

    if (exchange->script.chunked)
        snprintf(chunk, sizeof(chunk), "%zx\r\n", size);
    recorder_add_bytes(exchange->recorder, &exchange->visit, size);
    if (connection_write(exchange->connection, chunk, strlen(chunk)))
        sent = connection_write_some(exchange->connection, block, size);
    if (sent < size)
        recorder_take_bytes(exchange->recorder, &exchange->visit, size - sent);
    return sent == size && (!exchange->script.chunked || connection_write(exchange->connection, "\r\n", 2));
}

static uint64_t monotonic_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Keeps to the rate by the clock, not by what each pause really lasts. */
static bool keep_rate(struct exchange *exchange, uint64_t started, uint64_t done)
{
    uint64_t rate = exchange->script.rate, now = monotonic_ms();
    uint64_t due = started + done / rate * 1000 + done % rate * 1000 / rate;

    return due <= now || recorder_pause(exchange->recorder, due - now);
}

/* What happens at a certain byte; false: the connection is to end. */
static bool act_at(struct exchange *exchange, uint64_t done)
{
    const struct script *script = &exchange->script;

    if (done == script->hold_at && !recorder_hold(exchange->recorder, script->hold))
        return false;
    if (!exchange->mischief)
        return true;
    if (done == script->reset)
    {
        connection_reset(exchange->connection);
        return false;
    }
    if (done == script->truncate)
        return false;
    return done != script->stall || recorder_pause(exchange->recorder, script->stall_ms);
}

/* Where in the body something happens next. */
static uint64_t next_event(const struct exchange *exchange, uint64_t done, uint64_t length)
{
    const struct script *script = &exchange->script;
    uint64_t stop = next_stop(done, length, script->hold_at);

    if (!exchange->mischief)
        return stop;
    stop = next_stop(done, stop, script->reset);
    stop = next_stop(done, stop, script->truncate);
    stop = next_stop(done, stop, script->stall);
    return done < script->drip ? next_stop(done, stop, script->drip) : done + 1;
}

/* Waits until more may be sent. */
static bool keep_pace(struct exchange *exchange, uint64_t started, uint64_t done)
{
    if (exchange->mischief && done > exchange->script.drip)
        return recorder_pause(exchange->recorder, DRIP_MS);
    if (!exchange->script.rate || done <= exchange->script.rate_after)
        return true;
    return keep_rate(exchange, started, done - exchange->script.rate_after);
}

/* As something on the way does that damages what it carries. */
static void flip_bits(const struct exchange *exchange, char *block, uint64_t offset, size_t size)
{
    const struct script *script = &exchange->script;
    uint64_t every = script->flip_every, i;

    if (!exchange->mischief)
        return;
    if (script->flip >= offset && script->flip - offset < size)
        block[script->flip - offset] ^= 1;
    for (i = every ? (offset + every - 1) / every * every : UINT64_MAX; i < offset + size; i += every)
        block[i - offset] ^= 4;
}

static bool send_body(struct exchange *exchange)
{
    const struct script *script = &exchange->script;
    uint64_t length = exchange->last - exchange->first, done = 0, stop, started = monotonic_ms();
    size_t limit = BLOCK, step;
    char *block;
    bool good = true;

    if (exchange->mischief)
        length += script->extra;
    if (script->rate && script->rate * RATE_TICK_MS / 1000 < BLOCK)
        limit = (size_t)(script->rate * RATE_TICK_MS / 1000) + 1;
    if (!(block = malloc(BLOCK)))
        return false;
    while (good && (good = act_at(exchange, done)) && done < length)
    {
        stop = next_event(exchange, done, length);
        step = stop - done < limit ? (size_t)(stop - done) : limit;
        testserver_content(exchange->seed, exchange->first + done, block, step);
        flip_bits(exchange, block, exchange->first + done, step);
        done += step;
        good = send_block(exchange, block, step) && keep_pace(exchange, started, done);
    }
    free(block);
    return good && (!script->chunked || connection_write(exchange->connection, "0\r\n\r\n", 5));
}

static bool send_pieces(struct exchange *exchange)
{
    char hash_of_hashes[45];
    char *text = testserver_pieces(exchange->seed, exchange->size, (uint32_t)exchange->script.pieces, hash_of_hashes);
    bool good = text && send_text(exchange, 200, "application/json", text);

    free(text);
    return good;
}

static bool is_held_before_answer(const struct exchange *exchange)
{
    const struct script *script = &exchange->script;

    if (!*script->hold)
        return false;
    return script->hold_after == UINT64_MAX ? script->hold_at == UINT64_MAX
                                            : exchange->visit.number > script->hold_after;
}

/* Does what the script says. */
static bool play(struct exchange *exchange)
{
    const struct script *script = &exchange->script;
    bool changed = exchange->visit.number > script->after;

    exchange->mischief = exchange->visit.number <= script->times;
    if (exchange->visit.number <= script->drop)
    {
        connection_reset(exchange->connection);
        return false;
    }
    if (script->delay_ms && !recorder_pause(exchange->recorder, script->delay_ms))
        return false;
    if (is_held_before_answer(exchange) && !recorder_hold(exchange->recorder, script->hold))
        return false;
    if (exchange->visit.number <= script->fail
        || (script->fail_every && exchange->visit.number % script->fail_every == 0))
        return send_status(exchange, (unsigned int)script->fail_status);
    if (changed && script->status2)
        return send_status(exchange, (unsigned int)script->status2);
    if (script->status)
        return send_status(exchange, (unsigned int)script->status);
    if (*script->redirect)
        return send_redirect(exchange, script->redirect);
    if (script->loop || script->hops)
        return send_hop(exchange);
    exchange->size = changed && script->size2 != UINT64_MAX ? script->size2 : script->size;
    exchange->seed = changed && script->seed2 != UINT64_MAX ? script->seed2 : script->seed;
    make_validators(exchange, changed);
    if (script->pieces)
        return send_pieces(exchange);
    if (!read_range(exchange))
        return send_status(exchange, 416);
    return send_content_head(exchange) && (exchange->head_only || send_body(exchange));
}

static bool answer_stats(struct exchange *exchange)
{
    char *text = recorder_describe(exchange->recorder, exchange->script.key);
    bool good = text && send_text(exchange, 200, "application/json", text);

    free(text);
    return good;
}

static bool answer_control(struct exchange *exchange, const char *command)
{
    const struct script *script = &exchange->script;

    if (!strcmp(command, "stats"))
        return answer_stats(exchange);
    if (!strcmp(command, "text"))
        return send_text(exchange, 200, "application/x-ns-proxy-autoconfig", script->text);
    if (!strcmp(command, "wait"))
        return send_status(exchange, recorder_wait(exchange->recorder, script->key, (unsigned int)script->requests,
                                                   (unsigned int)script->timeout_ms) ? 200 : 408);
    if (!strcmp(command, "has"))
        return send_status(exchange,
                           recorder_any_request_has(exchange->recorder, script->key, script->text) ? 200 : 404);
    if (!strcmp(command, "release"))
        recorder_release(exchange->recorder, script->key);
    else if (!strcmp(command, "reset"))
        recorder_reset(exchange->recorder, script->key);
    else
        return send_status(exchange, 404);
    return send_status(exchange, 200);
}

static bool has_credentials(const struct exchange *exchange, const char *header, const char *credentials,
                            enum auth_step *step)
{
    char value[AUTH_TEXT_MAX] = "";

    (void)find_header(exchange, header, value, sizeof(value)); /* empty without one */
    return auth_matches(value, exchange->request, credentials, step);
}

/* Gives the status of an answer that refuses the request, or 0. */
static unsigned int refuse(const struct exchange *exchange)
{
    const struct script *script = &exchange->script;

    if (*script->proxy_auth && !has_credentials(exchange, "Proxy-Authorization", script->proxy_auth,
                                                &exchange->connection->proxy_step))
        return 407;
    if (*script->auth && !has_credentials(exchange, "Authorization", script->auth,
                                          &exchange->connection->server_step))
        return 401;
    return 0;
}

static bool answer_data(struct exchange *exchange)
{
    char range[128] = "";
    struct visit proxy;
    unsigned int status;
    bool good;

    (void)find_header(exchange, "Range", range, sizeof(range)); /* empty without one */
    if (exchange->proxy)
        recorder_begin(exchange->recorder, &proxy, "proxy", range, exchange->headers);
    recorder_begin(exchange->recorder, &exchange->visit, exchange->script.key, range, exchange->headers);
    if ((status = refuse(exchange)))
        good = send_status(exchange, status);
    else
        good = play(exchange);
    recorder_end(exchange->recorder, &exchange->visit);
    if (exchange->proxy)
        recorder_end(exchange->recorder, &proxy);
    return good;
}

/* The host tells which scheme its credentials have. Gives the status of an error, or 0. */
static unsigned int read_tunnel(struct exchange *exchange, const char *target)
{
    struct script *script = &exchange->script;
    size_t host = strcspn(target, ":"), scheme = strcspn(target, ".");

    if (host >= sizeof(script->key) || host != scheme + strlen(TUNNEL_DOMAIN)
        || strncmp(target + scheme, TUNNEL_DOMAIN, strlen(TUNNEL_DOMAIN)))
        return 405;
    snprintf(script->key, sizeof(script->key), "%.*s", (int)host, target);
    if (strncmp(target, "open.", 5))
        snprintf(script->proxy_auth, sizeof(script->proxy_auth), "%.*s:" TESTSERVER_TUNNEL_USER ":"
                 TESTSERVER_TUNNEL_PASSWORD, (int)scheme, target);
    exchange->tunnel = true;
    exchange->close = false;
    return 0;
}

static bool answer_tunnel(struct exchange *exchange)
{
    static const char head[] = "HTTP/1.1 200 Connection established\r\n\r\n";
    unsigned int status;
    bool good;

    recorder_begin(exchange->recorder, &exchange->visit, exchange->script.key, "", exchange->headers);
    if ((status = refuse(exchange)))
        good = send_status(exchange, status);
    else
        good = connection_write(exchange->connection, head, strlen(head));
    recorder_end(exchange->recorder, &exchange->visit);
    return good && (status || connection_enter_tunnel(exchange->connection));
}

/*
 * Takes the request line apart; an absolute URL, as for a proxy, loses its origin. Gives the status of an error, or 0.
 */
static unsigned int read_request_line(struct exchange *exchange)
{
    char *line = exchange->request, *end = strstr(line, "\r\n"), *target, *version, option[64];

    exchange->headers = end + 2;
    exchange->close = true;             /* where a next request begins is not known after an error */
    *end = 0;
    if (!(target = strchr(line, ' ')) || !(version = strchr(target + 1, ' ')))
        return 400;
    *target++ = *version++ = 0;
    if (strcmp(version, "HTTP/1.0") && strcmp(version, "HTTP/1.1"))
        return 400;
    if (!strcmp(line, "CONNECT"))
        return read_tunnel(exchange, target);
    exchange->head_only = !strcmp(line, "HEAD");
    if (!exchange->head_only && strcmp(line, "GET"))
        return 405;
    exchange->proxy = !strncmp(target, "http://", 7);
    if (exchange->proxy && !(target = strchr(target + 7, '/')))
        return 400;
    if (!script_parse(&exchange->script, target))
        return 400;
    exchange->close = exchange->script.close || !strcmp(version, "HTTP/1.0")
                      || (find_header(exchange, "Connection", option, sizeof(option)) && !strcasecmp(option, "close"));
    return 0;
}

static bool answer_path(struct exchange *exchange)
{
    const char *path = exchange->script.path;

    if (!strncmp(path, "/control/", 9))
        return answer_control(exchange, path + 9);
    if (!strncmp(path, "/data/", 6))
        return answer_data(exchange);
    return send_status(exchange, 404);
}

/* As a gateway does that ends TLS. */
static void add_client_certificate(struct exchange *exchange)
{
    size_t used = strlen(exchange->request);
    char subject[256];

    if (connection_client_subject(exchange->connection, subject, sizeof(subject)))
        snprintf(exchange->request + used, sizeof(exchange->request) - used, "Client-Certificate: %s\r\n", subject);
}

bool answer_request(struct recorder *recorder, struct connection *connection)
{
    struct exchange *exchange;
    unsigned int status;
    bool good = false;

    if (!(exchange = calloc(1, sizeof(*exchange))))
        return false;
    exchange->recorder = recorder;
    exchange->connection = connection;
    if (connection_read_request(connection, exchange->request, sizeof(exchange->request)))
    {
        add_client_certificate(exchange);
        if ((status = read_request_line(exchange)))
            good = send_status(exchange, status);
        else if (exchange->tunnel)
            good = answer_tunnel(exchange);
        else
            good = answer_path(exchange);
        good = good && !exchange->close;
    }
    free(exchange);
    return good;
}
