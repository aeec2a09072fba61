/* A disk that fails: a layer between SQLite and the system's files that counts writes and misbehaves at the one that a test names. */
#ifndef TESTS_SUPPORT_FAULT_VFS_H
#define TESTS_SUPPORT_FAULT_VFS_H

#include <stdbool.h>
#include <stdint.h>

enum fault {
	FAULT_NONE,
	FAULT_ONCE,        /* that one operation fails with an error of the disk, the next ones work */
	FAULT_FULL,        /* from there on the disk is full: writes fail, everything else works */
	FAULT_STOP,        /* the machine stops: from there on everything fails */
	FAULT_TEAR         /* as STOP, but of that one write only a part arrives */
};

void fault_vfs_install(void);                       /* from now on every database is opened through it */
void fault_vfs_uninstall(void);
void fault_vfs_arm(enum fault fault, int at);       /* at: number of the operation (write, sync, cut, delete), from 1 */
bool fault_vfs_hit(void);                           /* did it happen since fault_vfs_arm? */
int fault_vfs_count(void);                          /* operations since fault_vfs_arm */

/* The power comes back: of what was written and never synced, each write is lost or not as `seed` decides. All databases have to
 * be closed. */
void fault_vfs_power_loss(uint64_t seed);
void fault_vfs_forget(void);                        /* everything counts as synced */

#endif
