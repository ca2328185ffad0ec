package image

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"redoubt.dev/cluster/harness/layout"
	"redoubt.dev/cluster/harness/netns"
)

// Load imports an archive into a node's containerd, unless the same content
// was imported before. It reports whether it had to.
func Load(ctx context.Context, node layout.Node, archive string) (bool, error) {
	seen := filepath.Join(node.DataDir(), "images")
	if err := os.MkdirAll(seen, 0o755); err != nil {
		return false, err
	}
	info, err := os.Stat(archive)
	if err != nil {
		return false, err
	}
	// Reading 400 MB to learn that nothing changed takes a second; an
	// unchanged name, size and time say the same for nothing.
	absolute, err := filepath.Abs(archive)
	if err != nil {
		return false, err
	}
	untouched := filepath.Join(seen, "file-"+short(fmt.Sprint(absolute, info.Size(), info.ModTime().UnixNano())))
	if exists(untouched) {
		return false, nil
	}
	digest, err := digestOf(archive)
	if err != nil {
		return false, err
	}
	imported := filepath.Join(seen, "content-"+digest)
	if exists(imported) {
		return false, mark(untouched)
	}
	err = netns.Do(node.Netns(), func() error {
		out, err := exec.CommandContext(ctx, "ctr", "--address", node.ContainerdAddress(), "--namespace", "k8s.io",
			"images", "import", absolute).CombinedOutput()
		if err != nil {
			return fmt.Errorf("import %s into containerd (is it an archive as `docker save` writes it?): %w\n%s", archive, err, out)
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	return true, errors.Join(mark(imported), mark(untouched))
}

func digestOf(file string) (string, error) {
	in, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer in.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, in); err != nil {
		return "", err
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func short(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func mark(file string) error { return os.WriteFile(file, nil, 0o644) }
