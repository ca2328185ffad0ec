package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const schema = `{
  "$defs": {"Spec": {"description": "What it shall be."}},
  "properties": {
    "enabled": {"type": "boolean", "description": "Helm's."},
    "image": {"type": "object", "additionalProperties": false, "description": "The image.", "properties": {
      "tag": {"type": "string", "description": "Which | <version>."}}},
    "labels": {"type": "object", "additionalProperties": {"type": "string"}, "description": "On every object."},
    "spec": {"$ref": "#/$defs/Spec"}
  }
}`

func chart(t *testing.T, values, schema string) string {
	t.Helper()
	directory := t.TempDir()
	for name, content := range map[string]string{"values.yaml": values, "values.schema.json": schema} {
		if err := os.WriteFile(filepath.Join(directory, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return directory
}

func TestValuesAndSchemaThatAgreePass(t *testing.T) {
	directory := chart(t, "image: {tag: ''}\nlabels: {}\nspec: {replicas: 2}\n", schema)
	if err := run(&strings.Builder{}, "check", directory); err != nil {
		t.Error(err)
	}
}

func TestEveryDifferenceIsNamed(t *testing.T) {
	undescribed := strings.Replace(schema, `, "description": "On every object."`, "", 1)
	directory := chart(t, "image: {name: x}\nlabels: {}\nspec: {}\n", undescribed)
	want := "image.name is in values.yaml but not in the schema\n" +
		"image.tag is in the schema but not in values.yaml\n" +
		"labels has no description in the schema"
	if err := run(&strings.Builder{}, "check", directory); err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}
}

func TestTheTableHasEverySettingWithItsDefault(t *testing.T) {
	var out strings.Builder
	if err := run(&out, "table", chart(t, "image: {tag: '1'}\nlabels: {}\nspec: {replicas: 2}\n", schema)); err != nil {
		t.Fatal(err)
	}
	want := "| setting | default | |\n|---|---|---|\n" +
		"| `image.tag` | `\"1\"` | Which \\| &lt;version>. |\n" +
		"| `labels` | `{}` | On every object. |\n" +
		"| `spec` | `see values.yaml` | What it shall be. |\n"
	if out.String() != want {
		t.Errorf("got %s", out.String())
	}
}
