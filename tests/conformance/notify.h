/*
 * The parts of the test of notifications.
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

#ifndef DOSVC_TEST_NOTIFY_H
#define DOSVC_TEST_NOTIFY_H

#include "fixture.h"

#define resume_job(job) resume_job_(__FILE__, __LINE__, job)
void resume_job_(const char *file, int line, IBackgroundCopyJob *job);

/* notify_class.c */
void test_class(struct fixture *fixture);
void test_command_line(struct fixture *fixture);

#endif /* DOSVC_TEST_NOTIFY_H */
