/*
 * Makes the report of a benchmark: medians and ratios as JSON, and tables of them as text.
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
 * report json TURNS ABOUT RESULT.json
 * report text|markdown RESULT.json
 * TURNS has a line for each turn of a program: workload, round, program, and pairs of a name and a number. ABOUT
 * has lines of a name and a text.
 */

#include "config.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TURNS 2000
#define MAX_ROUNDS 100
#define LINE_MAX_CHARS 1024
#define MIB 1048576.0
#define GIB (1024 * MIB)

struct turn
{
    char workload[8], program[16];
    unsigned int round;
    double us, bytes, cpu_us, transfer_cpu_us, work_cpu_us, saver_cpu_us, timer_cpu_us, wineserver_cpu_us, peak_kib;
    double cut, failed;
};

struct report
{
    struct turn turns[MAX_TURNS];
    unsigned int count;
    double service_idle_kib;
};

struct workload
{
    const char *name, *title;
    const char *programs[11];           /* the last one NULL */
};

static const struct workload workloads[] =
{
    { "A", "one file of 1 GiB, HTTP", { "curl", "libcurl", "aria2c", "wget2", "engine", "dosvc", "dosvc-job", "bits",
            "winhttp", "urlmon" } },
    { "B", "the same over TLS", { "curl", "libcurl", "aria2c", "wget2", "engine", "dosvc", "dosvc-job", "bits",
            "winhttp", "urlmon" } },
    { "C", "256 MiB, the server gives 4 MiB/s per connection", { "aria2c", "engine", "dosvc", "dosvc-bg" } },
    { "C2", "256 MiB over a round trip of 50 ms", { "curl", "aria2c", "wget2", "engine", "dosvc" } },
    { "D", "one job of 1,000 files of 64 KiB", { "curl", "aria2c", "wget2", "engine", "dosvc", "bits", "winhttp",
            "urlmon" } },
    { "D2", "the same over a round trip of 40 ms", { "curl", "aria2c", "wget2", "engine", "dosvc" } },
    { "F", "64 GiB into a sink that keeps nothing", { "engine", "engine-part" } },
    { "G", "1 GiB in the foreground, alone and beside 99 in the background", { "alone", "beside" } },
};

#define WORKLOAD_COUNT (sizeof(workloads) / sizeof(*workloads))

/* Numbers of a turn. */

static double turn_speed(const struct turn *turn)
{
    return turn->bytes / MIB / (turn->us / 1e6);
}

static double turn_seconds(const struct turn *turn)
{
    return turn->us / 1e6;
}

static double turn_cpu(const struct turn *turn)
{
    return turn->cpu_us / 1e6 / (turn->bytes / GIB);
}

static double turn_wineserver(const struct turn *turn)
{
    return turn->wineserver_cpu_us / 1e6 / (turn->bytes / GIB);
}

static double turn_peak(const struct turn *turn)
{
    return turn->peak_kib / 1024;
}

/* How much of the processor's time went to other threads than those that bring bytes. */
static double turn_bookkeeping(const struct turn *turn)
{
    return turn->cpu_us > 0 ? 1 - turn->transfer_cpu_us / turn->cpu_us : 0;
}

typedef double (*turn_number)(const struct turn *turn);

static int compare_numbers(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* -1: there is none. */
static double median(double *numbers, unsigned int count)
{
    if (!count)
        return -1;
    qsort(numbers, count, sizeof(*numbers), compare_numbers);
    return (numbers[(count - 1) / 2] + numbers[count / 2]) / 2;
}

static const struct turn *report_find(const struct report *report, const char *workload, const char *program,
                                      unsigned int round)
{
    unsigned int i;

    for (i = 0; i < report->count; i++)
    {
        const struct turn *turn = &report->turns[i];

        if (turn->round == round && !turn->failed && turn->bytes > 0 && turn->us > 0
                && !strcmp(turn->workload, workload) && !strcmp(turn->program, program))
            return turn;
    }
    return NULL;
}

static double report_median(const struct report *report, const char *workload, const char *program, turn_number number)
{
    double numbers[MAX_ROUNDS];
    unsigned int count = 0, round;
    const struct turn *turn;

    for (round = 1; round <= MAX_ROUNDS; round++)
    {
        if ((turn = report_find(report, workload, program, round)))
            numbers[count++] = number(turn);
    }
    return median(numbers, count);
}

/* The median of the ratios of each round, so that what disturbed one round disturbs one ratio. */
static double report_ratio(const struct report *report, const char *workload, const char *a, const char *b,
                           turn_number number)
{
    double numbers[MAX_ROUNDS];
    unsigned int count = 0, round;
    const struct turn *x, *y;

    for (round = 1; round <= MAX_ROUNDS; round++)
    {
        if ((x = report_find(report, workload, a, round)) && (y = report_find(report, workload, b, round))
                && number(y) > 0)
            numbers[count++] = number(x) / number(y);
    }
    return median(numbers, count);
}

/* The ratio to the fastest of the others. */
static double report_ratio_to_best(const struct report *report, const char *workload)
{
    static const char *const others[] = { "curl", "aria2c", "wget2" };
    double ratio, least = -1;
    unsigned int i;

    for (i = 0; i < sizeof(others) / sizeof(*others); i++)
    {
        ratio = report_ratio(report, workload, "dosvc", others[i], turn_speed);
        if (ratio >= 0 && (least < 0 || ratio < least))
            least = ratio;
    }
    return least;
}

/* JSON. */

static void set_number(json_t *object, const char *name, double number)
{
    if (number >= 0 && json_object_set_new(object, name, json_real(number)))
        abort();
}

static json_t *turn_json(const struct turn *turn)
{
    json_t *object = json_pack("{sI sI sI sI sI sI sb}", "round", (json_int_t)turn->round, "bytes",
            (json_int_t)turn->bytes, "us", (json_int_t)turn->us, "cpu_us", (json_int_t)turn->cpu_us,
            "wineserver_cpu_us", (json_int_t)turn->wineserver_cpu_us, "peak_kib", (json_int_t)turn->peak_kib, "cut",
            (int)(turn->cut != 0));

    if (turn->transfer_cpu_us > 0)
    {
        json_object_set_new(object, "transfer_cpu_us", json_integer((json_int_t)turn->transfer_cpu_us));
        json_object_set_new(object, "work_cpu_us", json_integer((json_int_t)turn->work_cpu_us));
        json_object_set_new(object, "saver_cpu_us", json_integer((json_int_t)turn->saver_cpu_us));
        json_object_set_new(object, "timer_cpu_us", json_integer((json_int_t)turn->timer_cpu_us));
    }
    return object;
}

static json_t *program_json(const struct report *report, const char *workload, const char *program)
{
    json_t *object = json_object(), *turns = json_array();
    unsigned int round, count = 0;
    const struct turn *turn;
    bool cut = false;

    for (round = 1; round <= MAX_ROUNDS; round++)
    {
        if (!(turn = report_find(report, workload, program, round)))
            continue;
        cut = cut || turn->cut;
        count++;
        json_array_append_new(turns, turn_json(turn));
        set_number(object, "bytes", turn->bytes);
    }
    if (!count)
    {
        json_decref(object);
        json_decref(turns);
        return NULL;
    }
    set_number(object, "seconds", report_median(report, workload, program, turn_seconds));
    set_number(object, "mib_per_s", report_median(report, workload, program, turn_speed));
    set_number(object, "cpu_s_per_gib", report_median(report, workload, program, turn_cpu));
    set_number(object, "wineserver_s_per_gib", report_median(report, workload, program, turn_wineserver));
    set_number(object, "peak_mib", report_median(report, workload, program, turn_peak));
    set_number(object, "speed_to_curl", report_ratio(report, workload, program, "curl", turn_speed));
    set_number(object, "dosvc_to_it", report_ratio(report, workload, "dosvc", program, turn_speed));
    json_object_set_new(object, "cut", json_boolean(cut));
    json_object_set_new(object, "turns", turns);
    return object;
}

static json_t *workload_json(const struct report *report, const struct workload *workload)
{
    json_t *object = json_object(), *programs = json_object(), *program;
    unsigned int i;

    for (i = 0; i < sizeof(workload->programs) / sizeof(*workload->programs) && workload->programs[i]; i++)
    {
        if ((program = program_json(report, workload->name, workload->programs[i])))
            json_object_set_new(programs, workload->programs[i], program);
    }
    json_object_set_new(object, "title", json_string(workload->title));
    json_object_set_new(object, "programs", programs);
    return object;
}

/* `limit` is the least value that is good enough, or, if `at_most`, the greatest. */
static void add_target(json_t *targets, const char *name, double value, double limit, bool at_most)
{
    bool met = at_most ? value <= limit : value >= limit;

    if (value < 0)
        return;
    json_array_append_new(targets, json_pack("{ss sf sf sb sb}", "name", name, "value", value, "limit", limit,
            "at_most", (int)at_most, "met", (int)met));
}

static json_t *targets_json(const struct report *report)
{
    double service = report_median(report, "A", "dosvc", turn_peak);
    double peak = report_median(report, "A", "engine", turn_peak);
    json_t *targets = json_array();

    add_target(targets, "A: speed, times curl", report_ratio(report, "A", "dosvc", "curl", turn_speed), 1.8, false);
    add_target(targets, "A: speed, times BITS", report_ratio(report, "A", "dosvc", "bits", turn_speed), 60, false);
    add_target(targets, "A: processor per GiB, times curl", report_ratio(report, "A", "dosvc", "curl", turn_cpu), 0.7,
               true);
    add_target(targets, "B: speed, times curl", report_ratio(report, "B", "dosvc", "curl", turn_speed), 1.4, false);
    add_target(targets, "B: speed, times BITS", report_ratio(report, "B", "dosvc", "bits", turn_speed), 25, false);
    add_target(targets, "C: speed, times aria2c -x16 -s16", report_ratio(report, "C", "dosvc", "aria2c", turn_speed), 1,
               false);
    add_target(targets, "C: background, MiB/s, 4 connections", report_median(report, "C", "dosvc-bg", turn_speed), 16,
               false);
    add_target(targets, "C2: speed, times the best other", report_ratio_to_best(report, "C2"), 1, false);
    add_target(targets, "D: time, times curl -Z", report_ratio(report, "D", "dosvc", "curl", turn_seconds), 1.5, true);
    add_target(targets, "D: speed, times BITS", report_ratio(report, "D", "dosvc", "bits", turn_speed), 5, false);
    add_target(targets, "D2: time, times curl -Z", report_ratio(report, "D2", "dosvc", "curl", turn_seconds), 1.5,
               true);
    add_target(targets, "E: the engine's memory in A, MiB", peak, 48, true);
    if (service >= 0)
        add_target(targets, "E: the service's memory in A above idle, MiB", service - report->service_idle_kib / 1024,
                   48, true);
    add_target(targets, "E: the engine's memory in F, 64 GiB to 8 GiB",
               report_ratio(report, "F", "engine", "engine-part", turn_peak), 1.1, true);
    add_target(targets, "F: bookkeeping, part of the processor time",
               report_median(report, "F", "engine", turn_bookkeeping), 0.01, true);
    add_target(targets, "G: foreground beside others, part of alone",
               report_ratio(report, "G", "beside", "alone", turn_speed), 0.8, false);
    return targets;
}

/* Input. */

static void turn_set(struct turn *turn, const char *name, double value)
{
    const struct
    {
        const char *name;
        double *value;
    } fields[] =
    {
        { "us", &turn->us }, { "bytes", &turn->bytes }, { "cpu_us", &turn->cpu_us }, { "cut", &turn->cut },
        { "transfer_cpu_us", &turn->transfer_cpu_us }, { "wineserver_cpu_us", &turn->wineserver_cpu_us },
        { "work_cpu_us", &turn->work_cpu_us }, { "saver_cpu_us", &turn->saver_cpu_us },
        { "timer_cpu_us", &turn->timer_cpu_us }, { "peak_kib", &turn->peak_kib }, { "failed", &turn->failed },
    };
    unsigned int i;

    for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
    {
        if (!strcmp(fields[i].name, name))
            *fields[i].value = value;
    }
}

/* The same name may come again: the last value counts. */
static bool turn_parse(struct turn *turn, const char *line)
{
    char name[32];
    double value;
    int used;

    memset(turn, 0, sizeof(*turn));
    if (sscanf(line, "%7s %u %15s%n", turn->workload, &turn->round, turn->program, &used) != 3)
        return false;
    for (line += used; sscanf(line, "%31s %lf%n", name, &value, &used) == 2; line += used)
        turn_set(turn, name, value);
    return true;
}

static bool report_read(struct report *report, const char *name)
{
    char line[LINE_MAX_CHARS];
    FILE *file;

    if (!(file = fopen(name, "r")))
        return false;
    while (report->count < MAX_TURNS && fgets(line, sizeof(line), file))
        report->count += turn_parse(&report->turns[report->count], line);
    fclose(file);
    return true;
}

static json_t *about_read(const char *name, struct report *report)
{
    char line[LINE_MAX_CHARS], *value;
    json_t *about = json_object();
    FILE *file;

    if (!(file = fopen(name, "r")))
        return about;
    while (fgets(line, sizeof(line), file))
    {
        line[strcspn(line, "\n")] = 0;
        if (!(value = strchr(line, ' ')))
            continue;
        *value++ = 0;
        json_object_set_new(about, line, json_string(value));
        if (!strcmp(line, "service_idle_kib"))
            report->service_idle_kib = strtod(value, NULL);
    }
    fclose(file);
    return about;
}

static int write_json(const char *turns, const char *about, const char *result)
{
    static struct report report;
    json_t *root = json_object(), *list = json_object();
    unsigned int i;
    int ret;

    if (!report_read(&report, turns))
        return 1;
    json_object_set_new(root, "about", about_read(about, &report));
    for (i = 0; i < WORKLOAD_COUNT; i++)
        json_object_set_new(list, workloads[i].name, workload_json(&report, &workloads[i]));
    json_object_set_new(root, "workloads", list);
    json_object_set_new(root, "targets", targets_json(&report));
    ret = json_dump_file(root, result, JSON_INDENT(1) | JSON_REAL_PRECISION(6));
    json_decref(root);
    return ret != 0;
}

/* Tables. */

static void print_cell(const json_t *object, const char *name, const char *format, const char *none)
{
    const json_t *value = json_object_get(object, name);

    if (!value)
        printf("%s", none);
    else if (!strcmp(format, "%9.2f"))
        printf("%9.2f", json_number_value(value));
    else
        printf("%9.0f", json_number_value(value));
}

static void print_program(const char *name, const json_t *program, const char *separator)
{
    static const struct
    {
        const char *name, *format;
    } columns[] =
    {
        { "seconds", "%9.2f" }, { "mib_per_s", "%9.0f" }, { "speed_to_curl", "%9.2f" }, { "dosvc_to_it", "%9.2f" },
        { "cpu_s_per_gib", "%9.2f" }, { "wineserver_s_per_gib", "%9.2f" }, { "peak_mib", "%9.0f" },
    };
    unsigned int i;

    printf("%s%-12s%s%7.0f", *separator == '|' ? "| " : "", name, separator,
           json_number_value(json_object_get(program, "bytes")) / MIB);
    for (i = 0; i < sizeof(columns) / sizeof(*columns); i++)
    {
        printf("%s", separator);
        print_cell(program, columns[i].name, columns[i].format, "         ");
    }
    printf("%s%s%s\n", separator, json_is_true(json_object_get(program, "cut")) ? "cut off" : "",
           *separator == '|' ? " |" : "");
}

static void print_workloads(const json_t *root, bool markdown)
{
    const char *name, *program_name, *separator = markdown ? "| " : " ";
    json_t *workload, *programs, *program;

    json_object_foreach(json_object_get(root, "workloads"), name, workload)
    {
        programs = json_object_get(workload, "programs");
        if (!json_object_size(programs))
            continue;
        printf(markdown ? "\n**%s: %s**\n\n" : "\n%s: %s\n", name,
               json_string_value(json_object_get(workload, "title")));
        printf("%s%-12s%s%7s%s%9s%s%9s%s%9s%s%9s%s%9s%s%9s%s%9s%s%s\n", markdown ? "| " : "", "", separator, "MiB",
               separator, "seconds", separator, "MiB/s", separator, "to curl", separator, "dosvc/it", separator,
               "CPU s/GiB", separator, "wineserv.", separator, "peak MiB", separator, markdown ? "|" : "");
        if (markdown)
            printf("|---|--:|--:|--:|--:|--:|--:|--:|--:|---|\n");
        json_object_foreach(programs, program_name, program)
            print_program(program_name, program, separator);
    }
}

static void print_targets(const json_t *root, bool markdown)
{
    const char *separator = markdown ? " | " : " ";
    json_t *target;
    size_t i;

    printf(markdown ? "\n| target | | | |\n|---|--:|--:|---|\n" : "\nTargets:\n");
    json_array_foreach(json_object_get(root, "targets"), i, target)
        printf("%s%-48s%s%8.3f%s%s %g%s%s%s\n", markdown ? "| " : "",
               json_string_value(json_object_get(target, "name")), separator,
               json_number_value(json_object_get(target, "value")), separator,
               json_is_true(json_object_get(target, "at_most")) ? "at most" : "at least",
               json_number_value(json_object_get(target, "limit")), separator,
               json_is_true(json_object_get(target, "met")) ? "met" : "missed", markdown ? " |" : "");
}

static void print_about(const json_t *root, bool markdown)
{
    const char *name;
    json_t *value;

    if (markdown)
        printf("| | |\n|---|---|\n");
    json_object_foreach(json_object_get(root, "about"), name, value)
        printf(markdown ? "| %s | %s |\n" : "%-20s %s\n", name, json_string_value(value));
}

int main(int argc, char **argv)
{
    bool markdown = argc > 1 && !strcmp(argv[1], "markdown");
    json_error_t error;
    json_t *root;

    if (argc == 5 && !strcmp(argv[1], "json"))
        return write_json(argv[2], argv[3], argv[4]);
    if (argc != 3 || !(root = json_load_file(argv[2], 0, &error)))
    {
        fprintf(stderr, "report: no result to show\n");
        return 2;
    }
    print_about(root, markdown);
    print_workloads(root, markdown);
    print_targets(root, markdown);
    json_decref(root);
    return 0;
}
