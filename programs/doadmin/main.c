/*
 * Entry point, table of commands and general help of doadmin.
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

#include "doadmin.h"

#ifndef PACKAGE_VERSION
#error "Define PACKAGE_VERSION, a string, on the command line of the compiler."
#endif

/* The C library's name for main with UTF-16 arguments; no header declares it. */
int wmain(int argc, WCHAR **argv);

static const struct command commands[] =
{
    {
        L"get", L"URL", L"", 1, 1, L"download a file",
        L"Downloads URL with the Delivery Optimization service and waits until the file is there.\n"
        L"\n"
        L"The file gets the last part of the URL's path as its name, or \"download\" if the URL has\n"
        L"none, unless -o names another one; -o may also name an existing directory. A file that\n"
        L"exists is replaced, and only when the download is whole: until then the data are in a\n"
        L"temporary file beside it. Several ranges are stored one after another.\n"
        L"\n"
        L"The progress goes to standard output: a bar if that is a console, otherwise a line a\n"
        L"second at most. After a failure, or after Ctrl-C, the job is cancelled and nothing is\n"
        L"left of it.\n",
        OPTION_OUTPUT | OPTION_RANGE | OPTION_FOREGROUND | OPTION_PHF | OPTION_INTEGRITY, get_run,
    },
    {
        L"list", NULL, L"", 0, 0, L"list your jobs",
        L"Lists the jobs of the user who runs the program.\n",
        OPTION_JSON, list_run,
    },
    {
        L"show", L"ID", L"", 1, 1, L"show a job, its files and its error",
        L"Shows all that the service tells about a job: state, progress, times, files and error.\n",
        OPTION_JSON, show_run,
    },
    {
        L"create", L"NAME", L"", 1, 1, L"create a job",
        L"Creates an empty job, suspended, and prints its identifier. 'doadmin add' gives it files,\n"
        L"'doadmin resume' starts it.\n",
        OPTION_FOREGROUND, create_run,
    },
    {
        L"add", L"ID", L" URL", 2, 2, L"add a file to a job",
        L"Adds the file at URL to a job. It goes where 'doadmin get' would put it. --file-id gives it a\n"
        L"name of your own, --size tells the service the size of the whole file.\n",
        OPTION_OUTPUT | OPTION_RANGE | OPTION_FILE_ID | OPTION_SIZE, add_run,
    },
    {
        L"set", L"ID", L" KEY=VALUE...", 2, ANY_NUMBER, L"change a job",
        L"Changes properties of a job:\n"
        L"\n"
        L"  name, description       texts\n"
        L"  priority                foreground, high, normal or low\n"
        L"  notify-flags            a number: 1 transferred, 2 error, 8 modification, 16 file\n"
        L"  retry-delay             seconds between two attempts, at least 5\n"
        L"  no-progress-timeout     seconds without a byte until the job fails; 0: no retries\n"
        L"  max-download-time       seconds of transfer until the job fails; 0: no limit\n"
        L"  cost-flags              a number: BITS_COST_STATE and BITS_JOB_TRANSFER_POLICY flags\n"
        L"  proxy                   none, system, or a list such as http=proxy:3128\n"
        L"\n"
        L"Numbers may be written as 0x1F.\n",
        0, set_run,
    },
    {
        L"wait", L"[ID]...", L"", 0, ANY_NUMBER, L"wait until jobs are done",
        L"Waits until the jobs, or without an ID all jobs, are transferred, failed or over, and says\n"
        L"what became of each. Meanwhile Wine's session lasts, and with it the service. A suspended\n"
        L"job does not get on by itself and is not waited for.\n"
        L"\n"
        L"The exit status is 1 if a job failed or was suspended, or if the time was up, otherwise 3 if one\n"
        L"was cancelled.\n",
        OPTION_TIMEOUT, wait_run,
    },
    {
        L"stats", L"[ID]...", L"", 0, ANY_NUMBER, L"show statistics of files",
        L"Shows for each file of the jobs, or of all jobs, the fields of the PowerShell command\n"
        L"Get-DeliveryOptimizationStatus.\n",
        OPTION_JSON, stats_run,
    },
    {
        L"perfsnap", NULL, L"", 0, 0, L"show statistics of the service",
        L"Shows the fields of the PowerShell command Get-DeliveryOptimizationPerfSnap.\n",
        OPTION_JSON, perfsnap_run,
    },
    {
        L"monitor", L"[ID]...", L"", 0, ANY_NUMBER, L"watch jobs",
        L"Shows a table of the jobs, or of all jobs, again and again: state, part that is done, bytes,\n"
        L"rate and time left; in place on a terminal, otherwise one table after another. It ends when no\n"
        L"job is under way any more, or with Ctrl-C.\n",
        OPTION_INTERVAL | OPTION_COUNT, monitor_run,
    },
    {
        L"download", L"URL", L"", 1, 1, L"download a file over the newer interface",
        L"Downloads URL as 'doadmin get' does, but with the interface IDODownload, whose properties the\n"
        L"options set. With --stream the data go to standard output as they come.\n",
        OPTION_OUTPUT | OPTION_RANGE | OPTION_FOREGROUND | OPTION_STREAM | OPTION_HEADER | OPTION_NAME
                | OPTION_CONTENT_ID | OPTION_SIZE | OPTION_COST_POLICY | OPTION_IGNORE | OPTION_INSECURE_REDIRECT
                | OPTION_NON_VOLATILE | OPTION_NO_PROGRESS | OPTION_INTEGRITY | OPTION_PHF, download_run,
    },
    {
        L"enum", NULL, L"", 0, 0, L"list your downloads",
        L"Lists the downloads that were made with the interface IDODownload and are not over; with an\n"
        L"option only those that have this value.\n",
        OPTION_JSON | OPTION_URI | OPTION_CONTENT_ID | OPTION_NAME | OPTION_PATH, enum_run,
    },
    {
        L"policy", NULL, L"", 0, 0, L"show the policies in force",
        L"Prints each policy, the value that the service goes by, and where that comes from: Group\n"
        L"Policy, MDM, the Settings page or, if nobody has set it, the default. A text that is set\n"
        L"stands in quotation marks.\n",
        OPTION_JSON, policy_run,
    },
    {
        L"hash", L"FILE", L"", 1, 1, L"make the piece hash file of a file",
        L"Writes the hashes of FILE's pieces of 1 MiB to FILE.phf and prints IntegrityCheckInfo for it.\n"
        L"That names the URL of --phf, or else only FILE.phf, and is to be completed.\n",
        OPTION_PHF | COMMAND_LOCAL, hash_run,
    },
    {
        L"verify", L"FILE", L" PHF", 2, 2, L"check a file by its piece hash file",
        L"Checks the piece hash file PHF by itself, then every piece of FILE by it.\n",
        COMMAND_LOCAL, verify_run,
    },
    {
        L"suspend", L"ID", L"", 1, 1, L"suspend a job",
        L"Stops the transfer of a job until it is resumed.\n",
        0, suspend_run,
    },
    {
        L"resume", L"ID", L"", 1, 1, L"start or continue a job",
        L"Starts a new or suspended job, and tries again after an error.\n",
        0, resume_run,
    },
    {
        L"complete", L"ID", L"", 1, 1, L"end a job and keep its files",
        L"Gives the transferred files of a job their names and ends the job. Files that are not\n"
        L"transferred yet are dropped.\n",
        0, complete_run,
    },
    {
        L"cancel", L"ID", L"", 1, 1, L"end a job and delete its files",
        L"Ends a job and deletes what was transferred for it.\n",
        0, cancel_run,
    },
};

const struct command *command_find(const WCHAR *name)
{
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(commands); ++i)
    {
        if (!wcscmp(commands[i].name, name))
            return &commands[i];
    }
    return NULL;
}

static void print_general_help(struct context *context)
{
    WCHAR operands[32];
    unsigned int i;

    stream_print(&context->out, L"Usage: doadmin COMMAND [OPTION]... [OPERAND]\n"
            L"Downloads files with the Delivery Optimization service and manages its jobs.\n"
            L"\nCommands:\n");
    for (i = 0; i < ARRAY_SIZE(commands); ++i)
    {
        format_buffer(operands, ARRAY_SIZE(operands), L"%ls%ls", commands[i].operand ? commands[i].operand : L"",
                commands[i].more);
        stream_print(&context->out, L"  %-9ls %-15ls  %ls\n", commands[i].name, operands, commands[i].summary);
    }
    stream_print(&context->out, L"\nOptions:\n");
    options_print_help(context, OPTION_HELP | OPTION_VERSION);
    stream_print(&context->out, L"\n'doadmin COMMAND --help' tells more about a command.\n"
            L"\nID is the identifier of a job as 'doadmin list' prints it, or its first characters,\n"
            L"as many as make it unique; the braces may be left out.\n"
            L"\nExit status: 0 success, 1 failure, 2 wrong usage, 3 cancelled.\n");
}

static void print_command_help(struct context *context, const struct command *command)
{
    stream_print(&context->out, L"Usage: doadmin %ls [OPTION]...%ls%ls%ls\n\n%ls\nOptions:\n", command->name,
            command->operand ? L" " : L"", command->operand ? command->operand : L"", command->more, command->help);
    options_print_help(context, command->options | OPTION_HELP);
}

static enum exit_status print_information(struct context *context)
{
    if (context->options.given & OPTION_VERSION)
        stream_print(&context->out, L"doadmin (dosvc) %hs\n", PACKAGE_VERSION);
    else if (context->options.command)
        print_command_help(context, context->options.command);
    else
        print_general_help(context);
    return stream_check(context);
}

static enum exit_status run_command(struct context *context)
{
    enum exit_status status;
    HRESULT hr;

    if (context->options.command->options & COMMAND_LOCAL)
        return context->options.command->run(context);
    if (FAILED(hr = CoInitializeEx(NULL, COINIT_MULTITHREADED)))
    {
        error_report(context, NULL, hr, NULL);
        return STATUS_FAILED;
    }
    if (SUCCEEDED(hr = service_connect(context)))
    {
        status = context->options.command->run(context);
        service_disconnect(context);
    }
    else
    {
        error_report(context, NULL, hr, NULL);
        status = STATUS_FAILED;
    }
    /* Without CoUninitialize, on purpose: it waits for calls of the callback that are under way, and
     * Wine 8 can miss the end of such a call and wait for ever. The process ends now anyway. */
    return status;
}

int wmain(int argc, WCHAR **argv)
{
    struct context context = {0};
    enum exit_status status;

    stream_init(&context.out, STD_OUTPUT_HANDLE);
    stream_init(&context.err, STD_ERROR_HANDLE);

    if ((status = options_parse(&context, argc, argv)) == STATUS_OK)
    {
        if (context.options.given & (OPTION_HELP | OPTION_VERSION))
            status = print_information(&context);
        else
            status = run_command(&context);
    }
    options_cleanup(&context.options);
    return status;
}
