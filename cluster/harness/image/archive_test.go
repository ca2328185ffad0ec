package image

import (
	"archive/tar"
	"bytes"
	"encoding/json"
	"io"
	"testing"
)

func TestArchive(t *testing.T) {
	files := []File{{Path: "bin", Dir: true, Mode: 0o755}, {Path: "bin/a", Mode: 0o755, Content: []byte("a")}, {Path: "bin/b", Link: "a", Mode: 0o777}}
	var one, two bytes.Buffer
	for _, out := range []*bytes.Buffer{&one, &two} {
		if err := Archive(out, "example.test/a:1", Config{Cmd: []string{"/bin/a"}}, files); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("the same image twice gives different bytes, so it would be imported twice")
	}
	members := map[string][]byte{}
	reader := tar.NewReader(&one)
	for {
		header, err := reader.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		members[header.Name], _ = io.ReadAll(reader)
	}
	var manifest []struct {
		Config   string
		RepoTags []string
		Layers   []string
	}
	if err := json.Unmarshal(members["manifest.json"], &manifest); err != nil {
		t.Fatal(err)
	}
	if len(manifest) != 1 || manifest[0].RepoTags[0] != "example.test/a:1" || members[manifest[0].Config] == nil || members[manifest[0].Layers[0]] == nil {
		t.Errorf("manifest %+v does not fit the members", manifest)
	}
}
