package process

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"redoubt.dev/cluster/harness/netns"
)

// InNetns finds every process inside the named network namespace, however
// it got there, except this one and its ancestors.
func InNetns(name string) []Identity {
	var target unix.Stat_t
	if !netns.Exists(name) || unix.Stat(netns.Path(name), &target) != nil {
		return nil
	}
	return search(func(pid int) bool {
		var own unix.Stat_t
		return unix.Stat(fmt.Sprintf("/proc/%d/ns/net", pid), &own) == nil &&
			own.Ino == target.Ino && own.Dev == target.Dev
	})
}

// WithArgument finds every process that has an argument with that prefix.
func WithArgument(prefix string) []Identity {
	return search(func(pid int) bool {
		for _, argument := range Arguments(pid) {
			if strings.HasPrefix(argument, prefix) {
				return true
			}
		}
		return false
	})
}

// Arguments returns a process's command line.
func Arguments(pid int) []string {
	line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return strings.Split(strings.TrimRight(string(line), "\x00"), "\x00")
}

func search(matches func(pid int) bool) []Identity {
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil
	}
	family := ancestors()
	var found []Identity
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || family[pid] || !matches(pid) {
			continue
		}
		if identity, err := Identify(pid); err == nil && identity.Alive() {
			found = append(found, identity)
		}
	}
	return found
}

// ancestors is this process and every one above it: `down` may be called
// from a shell inside the cluster's namespace, and must not end its caller.
func ancestors() map[int]bool {
	family := map[int]bool{}
	for pid := os.Getpid(); pid > 0 && !family[pid]; {
		family[pid] = true
		data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		if err != nil {
			break
		}
		fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		pid, _ = strconv.Atoi(fields[1])
	}
	return family
}
