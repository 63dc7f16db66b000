/*
 * Ctrl-C and the other ways in which a console asks a program to end.
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

#define CLOSE_WAIT 4000         /* milliseconds; Windows ends the process after 5 s anyway */

/* A console control handler gets no argument of ours, so what it needs has to be here. Both are created
 * before the handler is installed and live as long as the process. */
static HANDLE interrupted;      /* manual-reset: the user wants to end */
static HANDLE stopped;          /* manual-reset: the program has done what it has to */

static BOOL WINAPI interrupt_handler(DWORD type)
{
    /* Whoever presses Ctrl-C twice does not want to wait for the service. */
    if (WaitForSingleObject(interrupted, 0) == WAIT_OBJECT_0)
        return FALSE;
    SetEvent(interrupted);
    /* The process ends as soon as the handler returns when its window is closed. */
    if (type != CTRL_C_EVENT && type != CTRL_BREAK_EVENT)
        WaitForSingleObject(stopped, CLOSE_WAIT);
    return TRUE;
}

/* Returns the event that is set from now on when the user wants to end, NULL after a failure; it is
 * not the caller's to close. */
HANDLE interrupt_start(void)
{
    if (!(interrupted = CreateEventW(NULL, TRUE, FALSE, NULL)))
        return NULL;
    if (!(stopped = CreateEventW(NULL, TRUE, FALSE, NULL)))
        return NULL;
    if (!SetConsoleCtrlHandler(interrupt_handler, TRUE))
        return NULL;
    return interrupted;
}

void interrupt_stop(void)
{
    SetEvent(stopped);
}
