// Package sysctl raises kernel settings for the cluster and puts them back.
//
// Only settings that the kernel keeps once for the whole host are recorded;
// those of a network namespace go with the namespace.
package sysctl

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"redoubt.dev/cluster/harness/layout"
)

// atLeast are settings that the cluster needs to be at least this high:
// every kubelet, containerd and CoreDNS holds inotify instances.
var atLeast = map[string]int{
	"fs.inotify.max_user_instances": 1024,
	"fs.inotify.max_user_watches":   524288,
}

// changedByKubelet are settings that a starting kubelet writes by itself.
var changedByKubelet = []string{
	"vm.overcommit_memory",
	"vm.panic_on_oom",
	"kernel.panic",
	"kernel.panic_on_oops",
	"kernel.keys.root_maxkeys",
	"kernel.keys.root_maxbytes",
}

// Prepare notes the present values, then raises what is too low. A note that
// an earlier, broken-off attempt left is kept: it has the original values.
func Prepare() error {
	if _, err := os.Stat(layout.SysctlFile); errors.Is(err, os.ErrNotExist) {
		if err := note(); err != nil {
			return err
		}
	}
	for name, minimum := range atLeast {
		if value, err := strconv.Atoi(read(name)); err != nil || value >= minimum {
			continue
		}
		if err := write(name, strconv.Itoa(minimum)); err != nil {
			return err
		}
	}
	return nil
}

// Restore puts the noted values back.
func Restore() error {
	data, err := os.ReadFile(layout.SysctlFile)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	noted := map[string]string{}
	if err == nil {
		err = json.Unmarshal(data, &noted)
	}
	for name, value := range noted {
		if read(name) != value {
			err = errors.Join(err, write(name, value))
		}
	}
	return err
}

func note() error {
	noted := map[string]string{}
	for name := range atLeast {
		noted[name] = read(name)
	}
	for _, name := range changedByKubelet {
		noted[name] = read(name)
	}
	for name, value := range noted {
		if value == "" { // This kernel does not have it.
			delete(noted, name)
		}
	}
	data, err := json.MarshalIndent(noted, "", "  ")
	if err != nil {
		return err
	}
	// Complete or not there: half a note would restore half the values.
	temporary := layout.SysctlFile + ".new"
	if err := os.WriteFile(temporary, data, 0o644); err != nil {
		return err
	}
	return os.Rename(temporary, layout.SysctlFile)
}

func read(name string) string {
	data, _ := os.ReadFile(file(name))
	return strings.TrimSpace(string(data))
}

func write(name, value string) error { return os.WriteFile(file(name), []byte(value), 0o644) }

func file(name string) string {
	return filepath.Join("/proc/sys", strings.ReplaceAll(name, ".", "/"))
}
