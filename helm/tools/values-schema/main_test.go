package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const crd = `
spec:
  names: {kind: CacheService}
  versions:
  - storage: false
    schema: {openAPIV3Schema: {properties: {spec: {description: the old one}}}}
  - storage: true
    schema:
      openAPIV3Schema:
        properties:
          spec:
            type: object
            required: [redisRef, size]
            x-kubernetes-validations: [{rule: "true"}]
            properties:
              redisRef: {type: object}
              stateRef: {type: object}
              size: {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]}
              count: {type: integer, format: int32, nullable: true}
              labels: {type: object, additionalProperties: {type: string}}
              free: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}}
              list: {type: array, items: {type: object, properties: {name: {type: string}}}}
`

const want = `{
  "$defs": {
    "CacheServiceSpec": {
      "additionalProperties": false,
      "properties": {
        "count": {
          "type": "integer"
        },
        "free": {
          "properties": {
            "a": {
              "type": "string"
            }
          },
          "type": "object"
        },
        "labels": {
          "additionalProperties": {
            "type": "string"
          },
          "type": "object"
        },
        "list": {
          "items": {
            "additionalProperties": false,
            "properties": {
              "name": {
                "type": "string"
              }
            },
            "type": "object"
          },
          "type": "array"
        },
        "size": {
          "type": [
            "integer",
            "string"
          ]
        }
      },
      "required": [
        "size"
      ],
      "type": "object"
    }
  },
  "title": "t"
}
`

func TestTheStoredSpecBecomesAStrictSchemaWithoutTheChartsOwnFields(t *testing.T) {
	file := filepath.Join(t.TempDir(), "crd.yaml")
	if err := os.WriteFile(file, []byte(crd), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run(strings.NewReader(`{"title": "t"}`), &out, []string{file}); err != nil {
		t.Fatal(err)
	}
	if out.String() != want {
		t.Errorf("got %s", out.String())
	}
}

func TestAFileWithoutASpecIsNamed(t *testing.T) {
	file := filepath.Join(t.TempDir(), "other.yaml")
	if err := os.WriteFile(file, []byte("kind: ConfigMap"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := run(strings.NewReader("{}"), &strings.Builder{}, []string{file})
	if err == nil || !strings.Contains(err.Error(), "other.yaml: no stored version with a spec") {
		t.Errorf("got %v", err)
	}
}
