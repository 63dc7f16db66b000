/*
 * Declarations shared by the files of the PE side.
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

#ifndef DOSVC_PRIVATE_H
#define DOSVC_PRIVATE_H

#include <stdarg.h>

#ifndef COBJMACROS
#define COBJMACROS
#endif
#include "windef.h"
#include "winbase.h"
#include "objbase.h"

#include "deliveryoptimization.h"
#include "deliveryoptimizationerrors.h"
#include "unixlib.h"

#define SERVICE_NAME L"DoSvc"

/* Limits of the documentation, in characters without the terminating zero. */
#define MAX_DISPLAY_NAME 256
#define MAX_DESCRIPTION 1024
#define MAX_PROXY_LIST 4000
#define MAX_NOTIFY_PARAMETERS 4000

/* Resources. */
#define IDS_DISPLAY_NAME 100
#define IDS_DESCRIPTION 101

/*
 * client.c: part of each object that clients get. When the process for which it was made, that of the call under way,
 * ends without having released it, it is disconnected.
 */
struct client_object
{
    struct client_object *next, **link; /* of its client; no link: of none */
    IUnknown *unknown;                  /* no reference */
    LONG *refcount;
};

void client_object_init(struct client_object *object, IUnknown *unknown, LONG *refcount);
void client_object_cleanup(struct client_object *object);
/* The process whose call this thread serves, or which it calls, as it was set; 0 for none. */
DWORD client_get_process(void);
/* Objects that this thread makes are for that process; 0 for none. */
void client_set_process(DWORD process_id);
/* Sees to it that the end of the process is noticed. */
void client_watch(DWORD process_id);

/* main.c: the DLL and its Unix side */
extern HINSTANCE dosvc_instance;
/* STATUS_DLL_NOT_FOUND when there is no Unix side. */
LONG unix_call(enum dosvc_unix_call code, void *params);

/* Certificates in DER, one after another. */
struct roots
{
    BYTE *bytes;                        /* or NULL */
    unsigned int size;
};

#define MAX_PROXY_QUESTION 512
#define MAX_ROOTS_SIZE (16 << 20)

/*
 * unixcall.c: one function per call, named for the engine's function; see engine/engine.h for what it does. Strings
 * handed out are the caller's to free with CoTaskMemFree().
 */
HRESULT engine_start(const char *state_dir, UINT32 network_cost, const struct dosvc_policy *policies,
                     unsigned int policy_count, const struct roots *roots);
HRESULT engine_stop(void);
HRESULT engine_wait_event(struct wait_event_params *event);
HRESULT engine_set_system_proxy(const WCHAR *list, const WCHAR *bypass);
HRESULT engine_set_auto_proxy(UINT32 means);
/* The URL is freed with CoTaskMemFree(). S_FALSE: there is none. */
HRESULT engine_take_proxy_question(enum proxy_question *kind, WCHAR **url);
HRESULT engine_answer_proxy_question(enum proxy_question kind, const WCHAR *url, const WCHAR *list);
HRESULT engine_set_roots(const struct roots *roots);
HRESULT engine_set_network(UINT32 cost);
/* S_FALSE: some were ignored. */
HRESULT engine_set_policies(const struct dosvc_policy *policies, unsigned int count);
/* *text is NULL when there is none. */
HRESULT engine_get_policy(enum policy_id id, UINT64 *number, WCHAR **text, enum policy_provider *provider);
HRESULT engine_get_statistics(struct get_statistics_params *statistics);
HRESULT engine_job_create(enum job_kind kind, const WCHAR *display_name, const WCHAR *owner, GUID *id);
HRESULT engine_job_open(const GUID *id);
void engine_job_close(const GUID *id);
/* The array is freed with free(). */
HRESULT engine_job_list(enum job_kind kind, GUID **ids, unsigned int *count);
HRESULT engine_job_act(const GUID *id, enum job_action action);
HRESULT engine_job_get_info(const GUID *id, struct job_get_info_params *info);
HRESULT engine_job_get_text(const GUID *id, enum job_text which, WCHAR **text);
HRESULT engine_job_set_text(const GUID *id, enum job_text which, const WCHAR *text);
HRESULT engine_job_get_number(const GUID *id, enum job_number which, UINT64 *value);
HRESULT engine_job_set_number(const GUID *id, enum job_number which, UINT64 value);
HRESULT engine_job_set_proxy(const GUID *id, enum proxy_usage usage, const WCHAR *list,
                             const WCHAR *bypass);
HRESULT engine_job_set_credentials(const GUID *id, enum credential_target target, enum credential_scheme scheme,
                                   const WCHAR *user, const WCHAR *password);
/* S_FALSE: there are none. */
HRESULT engine_job_remove_credentials(const GUID *id, enum credential_target target, enum credential_scheme scheme);
/* S_FALSE: no URL has the prefix. Neither prefix may be NULL. */
HRESULT engine_job_replace_prefix(const GUID *id, const WCHAR *old_prefix, const WCHAR *new_prefix);
HRESULT engine_job_add_files(const GUID *id, const struct dosvc_file *files, unsigned int count);
HRESULT engine_job_add_file(const GUID *id, const struct dosvc_file *file, unsigned int *index);
HRESULT engine_job_get_error(const GUID *id, struct job_get_error_params *error);
/* S_FALSE: none is left. */
HRESULT engine_job_take_transferred_file(const GUID *id, unsigned int *index);
HRESULT engine_file_get_info(const GUID *id, unsigned int index, struct file_get_info_params *info);
HRESULT engine_file_get_text(const GUID *id, unsigned int index, enum file_text which, WCHAR **text);
/* The array is freed with CoTaskMemFree(); NULL when there are no ranges. */
HRESULT engine_file_get_ranges(const GUID *id, unsigned int index, BG_FILE_RANGE **ranges,
                               unsigned int *count);
HRESULT engine_file_set_url(const GUID *id, unsigned int index, const WCHAR *url);
HRESULT engine_download_start(const GUID *id, const DO_DOWNLOAD_RANGE *ranges, unsigned int count);
/* The array is freed with free(). */
HRESULT engine_download_find(enum download_property property, const WCHAR *value, GUID **ids, unsigned int *count);
HRESULT engine_job_wait(const GUID *id);
HRESULT engine_job_set_certificate(const GUID *id, const BYTE *certificate, unsigned int certificate_size,
                                   const BYTE *key, unsigned int key_size);
HRESULT engine_file_set_path(const GUID *id, unsigned int index, const WCHAR *local_name, const char *path);
HRESULT engine_file_get_number(const GUID *id, unsigned int index, enum file_number which, UINT64 *value);
HRESULT engine_file_set_number(const GUID *id, unsigned int index, enum file_number which, UINT64 value);
HRESULT engine_file_set_text(const GUID *id, unsigned int index, enum file_text which, const WCHAR *text);
HRESULT engine_file_set_valid(const GUID *id, unsigned int index, BOOL valid);
HRESULT engine_file_set_stream(const GUID *id, unsigned int index);
HRESULT engine_file_clear_stream(const GUID *id, unsigned int index);
HRESULT engine_stream_read(const GUID *id, unsigned int index, void *buffer, unsigned int size, unsigned int *read);
HRESULT engine_stream_taken(const GUID *id, unsigned int index, unsigned int count, HRESULT client_result);
HRESULT engine_file_get_stats(const GUID *id, unsigned int index, struct file_get_stats_params *stats);

/* strings.c: *utf8 is freed with free(), and NULL for NULL; E_INVALIDARG for text that is no UTF-16 */
HRESULT utf8_from_wide(const WCHAR *text, char **utf8);
HRESULT wide_from_utf8(const char *utf8, WCHAR **text);
HRESULT wide_duplicate(const WCHAR *text, WCHAR **copy);

/* path.c: checks a destination, and gives its Unix path, to be freed with free() */
HRESULT path_resolve(const WCHAR *name, char **unix_path);
/* The same, faster, if another destination in the same directory was resolved just before. */
HRESULT path_resolve_beside(const WCHAR *name, const WCHAR *other, const char *other_path, char **unix_path);
/* The same for a destination whose directories need not be there: they are made. */
HRESULT path_resolve_creating(const WCHAR *name, char **unix_path);
/* Creates a directory and those above it, and gives its Unix path. */
HRESULT path_create_directory(const WCHAR *name, char **unix_path);

/* proxy.c: tells the engine what Windows' Internet settings say of proxies */
void system_proxy_update(void);
/* Answers the engine's questions about scripts that choose proxies; not here. */
void system_proxy_dispatch(void);

/* network.c: what the use of the network costs (NLM_CONNECTION_COST) */
UINT32 network_get_cost(void);
/* Sets the event when the settings change, once; failing that never. */
void network_watch(HANDLE event);
void network_cleanup(void);

/* roots.c: what programs, or an administrator, had Windows trust; the service's own */
const struct roots *roots_get(void);
/* Sets the event when that changes, once; failing that never. */
void roots_watch(HANDLE event);
/* Tells the engine if something has changed. */
void roots_update(void);
void roots_cleanup(void);

/* policy.c: what the administrator allows */
struct policy_values
{
    struct dosvc_policy values[DOSVC_MAX_POLICY_VALUES];
    unsigned int count;
};

/* Reads everything; policy_free() frees the texts. */
void policy_read(struct policy_values *values);
void policy_free(struct policy_values *values);
/* Sets the event at the next change of a policy, which may also come at once. Resets it first. */
void policy_watch(HANDLE event);
/* Gives the engine what the registry has now, and tells in the registry what is in force. */
void policy_update(void);
void policy_publish(void);
void policy_cleanup(void);

/* policy_hours.c: adds what a place has of them under the names that templates and MDM use */
void policy_read_hours(HKEY key, enum policy_provider provider, struct policy_values *values);

/* usage.c: what the service does, in the registry; to be told of every event, and of the end of the service */
void usage_changed(void);
void usage_finish(void);

/* description.c: readable sentences, to be freed with CoTaskMemFree() */
HRESULT describe_error(HRESULT code, DWORD language, WCHAR **description);
HRESULT describe_error_context(BG_ERROR_CONTEXT context, WCHAR **description);

/* service.c, called by svchost */
void WINAPI ServiceMain(DWORD argc, WCHAR **argv);

/* register.c: the first two are called by regsvr32 */
HRESULT WINAPI DllRegisterServer(void);
HRESULT WINAPI DllUnregisterServer(void);
void register_repair_proxies(void);

/* factory.c: the only class object; a static object */
extern IClassFactory *class_factory;

/* class_object.c: offers it to clients */
HRESULT class_object_register(DWORD *registration);
void class_object_revoke(DWORD registration);

/* manager.c: the only manager; a static object */
extern IBackgroundCopyManager *manager;
/* mgr_internal.c: another interface of it */
extern IDeliveryOptimizationMgrInternal *mgr_internal;
/* The SID of who owns new jobs, as a text to be freed with LocalFree(). */
HRESULT manager_get_owner(WCHAR **sid);

/* do_manager.c: its other interface; a static object */
extern IDOManager *do_manager;

/* download.c: opens the download in the engine. DO_E_JOB_NOT_FOUND */
HRESULT download_create(const GUID *id, IDODownload **download);
HRESULT download_get_status(const GUID *id, DO_DOWNLOAD_STATUS *status);

/* job.c: opens the job in the engine. DO_E_JOB_NOT_FOUND */
HRESULT job_create(const GUID *id, IBackgroundCopyJob **job);
/* The same for a job that is already open; takes that over also when it fails. */
HRESULT job_create_opened(const GUID *id, IBackgroundCopyJob **job);

/* job_files.c: what the job API says of a URL that the engine refused */
HRESULT url_result(HRESULT hr);

/* file.c, error.c */
HRESULT file_create(const GUID *job_id, unsigned int index, IBackgroundCopyFile **file);
/* Whether file objects have an interface. */
BOOL file_has_interface(REFIID iid);
HRESULT error_create(const GUID *job_id, IBackgroundCopyError **error);

/*
 * enumerator.c: a list of objects that an enumerator and its clones share, each with a position of its own. Whoever
 * fills it may lower the count, and releases it when it has been handed on.
 */
struct snapshot
{
    LONG refcount;
    unsigned int count;
    IUnknown *objects[1];       /* count of them, a reference to each; NULL until they are set */
};

/* NULL: no memory. */
struct snapshot *snapshot_alloc(unsigned int count);
void snapshot_release(struct snapshot *snapshot);
/* The files of a job, and all jobs, as they are at the time of the call. */
HRESULT enum_files_create(const GUID *job_id, IEnumBackgroundCopyFiles **enumerator);
HRESULT enum_jobs_create(IEnumBackgroundCopyJobs **enumerator);
/* Takes a reference to the list. */
HRESULT enum_downloads_create(struct snapshot *snapshot, IEnumUnknown **enumerator);

/* notify.c: the callback interface of each job, and who calls it. callback NULL: no calls any more */
HRESULT notification_set_callback(const GUID *job_id, IBackgroundCopyCallback *callback);
/* NULL when there is none; otherwise with a reference. */
IBackgroundCopyCallback *notification_get_callback(const GUID *job_id);
/* What was to be told again is looked at at once. */
void notification_flags_set(const GUID *job_id);
/* The command line is run also for what happened before. */
void notification_program_set(const GUID *job_id);
/* That process ended: its callbacks cannot be called any more. */
void notification_forget_process(DWORD process_id);
void notification_dispatch(const struct wait_event_params *event);
/*
 * Waits, for a second at most, until the client of a job that is over was told so and its callback was let go; not
 * inside a call of that callback. A client that leaves right after Complete would die in the middle of it otherwise.
 */
void notification_wait_end(const GUID *job_id);
/* No callback begins after this. */
void notification_shutdown(void);

/* stream.c: the streams that clients gave as sinks of files. What has no IStream is refused with E_NOINTERFACE. */
HRESULT stream_set(const GUID *job_id, unsigned int index, IUnknown *unknown);
/* There may be none. DO_E_INVALID_STATE once the job was started. */
HRESULT stream_clear(const GUID *job_id, unsigned int index);
/* NULL when there is none; otherwise with a reference. */
IStream *stream_get(const GUID *job_id, unsigned int index);
void stream_dispatch(const struct wait_event_params *event);
/* Waits, for some seconds at most, until no call is under way for a job that was suspended, or is over. */
void stream_wait_idle(const GUID *job_id);
/* No call begins after this. */
void stream_shutdown(void);

/* download_callback.c: the same for downloads. DO_E_INVALID_STATE when the download is over */
HRESULT download_callback_set(const GUID *id, IDODownloadStatusCallback *callback);
/* NULL when there is none; otherwise with a reference. */
IDODownloadStatusCallback *download_callback_get(const GUID *id);
/* Releases the callbacks of a process that has ended. */
void download_callback_forget_process(DWORD process_id);
void download_callback_dispatch(const struct wait_event_params *event);
void download_callback_wait_end(const GUID *id);
/* No callback begins after this. */
void download_callback_shutdown(void);

static inline struct dosvc_id id_from_guid(const GUID *guid)
{
    union
    {
        GUID guid;
        struct dosvc_id id;
    } convert;

    convert.guid = *guid;
    return convert.id;
}

static inline GUID guid_from_id(const struct dosvc_id *id)
{
    union
    {
        struct dosvc_id id;
        GUID guid;
    } convert;

    convert.id = *id;
    return convert.guid;
}

static inline BOOL job_state_is_final(unsigned int state)
{
    return state == JOB_ACKNOWLEDGED || state == JOB_CANCELLED;
}

#endif /* DOSVC_PRIVATE_H */
