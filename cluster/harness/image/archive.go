// Package image makes the cluster's own two small images and hands image
// archives to containerd. There is no registry and no image builder: an
// archive in docker's format is a tar file with three members.
package image

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"time"
)

// File is one entry of an image's only layer.
type File struct {
	Path    string
	Mode    int64
	Content []byte
	Link    string // a symbolic link to this, when set
	Dir     bool
}

// Config is what a container of the image runs by default.
type Config struct {
	Entrypoint []string `json:"Entrypoint,omitempty"`
	Cmd        []string `json:"Cmd,omitempty"`
	Env        []string `json:"Env,omitempty"`
	User       string   `json:"User,omitempty"`
}

// Archive writes an image. The same input gives the same bytes, so that an
// unchanged image is recognised as already imported.
func Archive(out io.Writer, reference string, config Config, files []File) error {
	layer, err := pack(files)
	if err != nil {
		return err
	}
	diffID := sha256.Sum256(layer)
	configuration, err := json.Marshal(map[string]any{
		"architecture": "amd64",
		"os":           "linux",
		"created":      time.Unix(0, 0).UTC(),
		"config":       config,
		"rootfs":       map[string]any{"type": "layers", "diff_ids": []string{"sha256:" + hex.EncodeToString(diffID[:])}},
	})
	if err != nil {
		return err
	}
	manifest, err := json.Marshal([]map[string]any{{
		"Config":   "config.json",
		"RepoTags": []string{reference},
		"Layers":   []string{"layer.tar"},
	}})
	if err != nil {
		return err
	}
	archive, err := pack([]File{
		{Path: "config.json", Mode: 0o644, Content: configuration},
		{Path: "layer.tar", Mode: 0o644, Content: layer},
		{Path: "manifest.json", Mode: 0o644, Content: manifest},
	})
	if err != nil {
		return err
	}
	_, err = out.Write(archive)
	return err
}

func pack(files []File) ([]byte, error) {
	var buffer bytes.Buffer
	writer := tar.NewWriter(&buffer)
	for _, file := range files {
		header := &tar.Header{Name: file.Path, Mode: file.Mode, Size: int64(len(file.Content)), Typeflag: tar.TypeReg, ModTime: time.Unix(0, 0)}
		switch {
		case file.Dir:
			header.Typeflag, header.Name = tar.TypeDir, file.Path+"/"
		case file.Link != "":
			header.Typeflag, header.Linkname = tar.TypeSymlink, file.Link
		}
		if err := writer.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(file.Content); err != nil {
			return nil, err
		}
	}
	err := writer.Close()
	return buffer.Bytes(), err
}
