package image

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"redoubt.dev/cluster/harness/layout"
)

const busybox = "/bin/busybox"

// volumeScript is what the local-path-provisioner's helper pod runs for a new
// volume and for one that is given back. It is in the image, because the
// usual ConfigMap costs the helper pod another mount.
const volumeScript = `#!/bin/sh
set -eu
case "$*" in
*"-a create") mkdir -m 0777 -p "$VOL_DIR" ;;
*"-a delete") rm -rf "$VOL_DIR" ;;
*) echo "unknown action: $*" >&2; exit 1 ;;
esac
`

// WriteOwn writes the archives of the pause and the busybox image to dir and
// returns their paths.
func WriteOwn(dir, pauseProgram string) ([]string, error) {
	pause, err := os.ReadFile(pauseProgram)
	if err != nil {
		return nil, err
	}
	pauseArchive := filepath.Join(dir, "pause.tar")
	err = write(pauseArchive, layout.PauseImage, Config{Entrypoint: []string{"/pause"}, User: "65535:65535"},
		[]File{{Path: "pause", Mode: 0o755, Content: pause}})
	if err != nil {
		return nil, err
	}
	files, err := busyboxFiles()
	if err != nil {
		return nil, err
	}
	busyboxArchive := filepath.Join(dir, "busybox.tar")
	err = write(busyboxArchive, layout.BusyboxImage, Config{Cmd: []string{"sh"}, Env: []string{"PATH=/bin"}}, files)
	return []string{pauseArchive, busyboxArchive}, err
}

func busyboxFiles() ([]File, error) {
	program, err := os.ReadFile(busybox)
	if err != nil {
		return nil, fmt.Errorf("the busybox image needs %s (Debian package busybox-static): %w", busybox, err)
	}
	if bytes.Contains(program[:4096], []byte("ld-linux")) {
		return nil, fmt.Errorf("%s is dynamically linked; install the Debian package busybox-static", busybox)
	}
	applets, err := exec.Command(busybox, "--list").Output()
	if err != nil {
		return nil, fmt.Errorf("%s --list: %w", busybox, err)
	}
	files := []File{
		{Path: "bin", Dir: true, Mode: 0o755},
		{Path: "etc", Dir: true, Mode: 0o755},
		{Path: "tmp", Dir: true, Mode: 0o1777},
		{Path: "root", Dir: true, Mode: 0o700},
		{Path: "bin/busybox", Mode: 0o755, Content: program},
		{Path: "bin/volume", Mode: 0o755, Content: []byte(volumeScript)},
		{Path: "etc/passwd", Mode: 0o644, Content: []byte("root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n")},
		{Path: "etc/group", Mode: 0o644, Content: []byte("root:x:0:\nnogroup:x:65534:\n")},
	}
	for _, applet := range strings.Fields(string(applets)) {
		if applet != "busybox" {
			files = append(files, File{Path: "bin/" + applet, Mode: 0o777, Link: "busybox"})
		}
	}
	return files, nil
}

func write(file, reference string, config Config, files []File) error {
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	defer out.Close()
	if err := Archive(out, reference, config, files); err != nil {
		return err
	}
	return out.Close()
}
