/*
 * Runs a command and tells what it took: time, processor, and what other processes spent on it meanwhile.
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

/*
 * measure RESULT LIMIT_SECONDS [NAME=PID]... -- COMMAND [ARGUMENT]...
 * RESULT becomes a line of "name value" pairs: us, cpu_us and rss_kib of the command, cut (1: it was ended when the
 * limit passed), status, and of each other process NAME_cpu_us, NAME_rss_kib before, and NAME_peak_kib.
 */

#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_OTHERS 4
#define KILL_AFTER_SECONDS 3

struct other
{
    char name[32];
    pid_t pid;
    int64_t cpu_us;
    long rss_kib;
};

static int64_t clock_us(clockid_t clock)
{
    struct timespec now;

    if (clock_gettime(clock, &now))
        return 0;
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

/* All that a process has used of a processor, with its threads that have ended. */
static int64_t process_cpu_us(pid_t pid)
{
    clockid_t clock;

    return clock_getcpuclockid(pid, &clock) ? 0 : clock_us(clock);
}

/* A value in kB of /proc/PID/status. */
static long process_memory(pid_t pid, const char *field)
{
    char path[64], line[256];
    size_t length = strlen(field);
    long value = 0;
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    if (!(file = fopen(path, "r")))
        return 0;
    while (fgets(line, sizeof(line), file))
    {
        if (!strncmp(line, field, length) && line[length] == ':')
            value = strtol(line + length + 1, NULL, 10);
    }
    fclose(file);
    return value;
}

/* Makes the kernel forget the highest use of memory until now. */
static void process_forget_peak(pid_t pid)
{
    char path[64];
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/clear_refs", (int)pid);
    if (!(file = fopen(path, "w")))
        return;
    (void)fputs("5", file);             /* without it the peak is a little too high, no more */
    fclose(file);
}

static bool other_parse(struct other *other, const char *argument)
{
    const char *value = strchr(argument, '=');

    if (!value || (size_t)(value - argument) >= sizeof(other->name))
        return false;
    memcpy(other->name, argument, (size_t)(value - argument));
    other->pid = (pid_t)strtol(value + 1, NULL, 10);
    return other->pid > 0;
}

static void other_begin(struct other *other)
{
    process_forget_peak(other->pid);
    other->rss_kib = process_memory(other->pid, "VmRSS");
    other->cpu_us = process_cpu_us(other->pid);
}

static void other_print(const struct other *other, FILE *result)
{
    fprintf(result, " %s_cpu_us %lld %s_rss_kib %ld %s_peak_kib %ld", other->name,
            (long long)(process_cpu_us(other->pid) - other->cpu_us), other->name, other->rss_kib, other->name,
            process_memory(other->pid, "VmHWM"));
}

static pid_t start(char **command)
{
    sigset_t none;
    pid_t pid;

    if ((pid = fork()))
        return pid;
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execvp(command[0], command);
    perror(command[0]);
    _exit(127);
}

/*
 * Waits for the end of the command, which comes at the limit at the latest, or when this process is told to end.
 * Returns whether the command was ended.
 */
static bool wait_for_end(pid_t pid, unsigned int limit, const sigset_t *signals, bool *interrupted)
{
    int64_t now = clock_us(CLOCK_MONOTONIC), end = now + limit * INT64_C(1000000);
    struct timespec left;
    siginfo_t info;
    bool cut = false;

    for (;;)
    {
        info.si_pid = 0;
        if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) || info.si_pid)
            return cut;
        if ((now = clock_us(CLOCK_MONOTONIC)) >= end || (*interrupted && !cut))
        {
            kill(-pid, cut ? SIGKILL : SIGTERM);
            cut = true;
            end = now + KILL_AFTER_SECONDS * INT64_C(1000000);
        }
        left.tv_sec = (end - now) / 1000000;
        left.tv_nsec = (end - now) % 1000000 * 1000;
        switch (sigtimedwait(signals, NULL, &left))
        {
            case SIGINT:
            case SIGTERM:
                *interrupted = true;
        }
    }
}

static sigset_t block_signals(void)
{
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    return signals;
}

static int measure(const char *name, unsigned int limit, struct other *others, unsigned int count, char **command)
{
    sigset_t signals = block_signals();
    struct rusage usage;
    int64_t begin, us;
    unsigned int i;
    FILE *result;
    int status;
    pid_t pid;
    bool cut, interrupted = false;

    for (i = 0; i < count; i++)
        other_begin(&others[i]);
    begin = clock_us(CLOCK_MONOTONIC);
    if ((pid = start(command)) < 0)
        return 1;
    cut = wait_for_end(pid, limit, &signals, &interrupted);
    us = clock_us(CLOCK_MONOTONIC) - begin;
    if (wait4(pid, &status, 0, &usage) != pid || interrupted || !(result = fopen(name, "w")))
        return 1;
    fprintf(result, "us %lld cpu_us %lld rss_kib %ld cut %d status %d", (long long)us,
            (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000LL + usage.ru_utime.tv_usec
            + usage.ru_stime.tv_usec, usage.ru_maxrss, cut, WIFEXITED(status) ? WEXITSTATUS(status) : 128);
    for (i = 0; i < count; i++)
        other_print(&others[i], result);
    fprintf(result, "\n");
    return fclose(result) ? 1 : 0;
}

int main(int argc, char **argv)
{
    struct other others[MAX_OTHERS];
    unsigned int count = 0;
    int i;

    for (i = 3; i < argc && strcmp(argv[i], "--"); i++)
    {
        if (count == MAX_OTHERS || !other_parse(&others[count++], argv[i]))
            i = argc;
    }
    if (i + 1 >= argc)
    {
        fprintf(stderr, "usage: measure RESULT LIMIT_SECONDS [NAME=PID]... -- COMMAND [ARGUMENT]...\n");
        return 2;
    }
    return measure(argv[1], (unsigned int)strtoul(argv[2], NULL, 10), others, count, argv + i + 1);
}
