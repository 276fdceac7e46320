#!/bin/sh
# Inside new mount and pid namespaces: put a pool's own folders over the shared, read-only suite, then wait as pid 1.
# namespace.sh SUITE_FOLDER STATE_FOLDER     (STATE_FOLDER becomes /pool; ready when STATE_FOLDER/ready exists)
set -eu
root=$1 state=$2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount --bind "$state" "$root/pool"
mount --bind "$state/home" "$root/home"
mount --bind "$state/tmp" "$root/tmp"
mount --bind "$state/tmp" "$root/var/tmp"
mount --bind "$state/hosts" "$root/etc/hosts"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs -o size=256m,mode=1777 tmpfs "$root/dev/shm"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
touch "$state/ready"
# who ignores SIGCHLD has its children reaped by the kernel: every daemon's orphan ends up here
trap '' CHLD
exec chroot "$root" /usr/bin/env -i sleep infinity
