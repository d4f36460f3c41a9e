package gen

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// generatedFile is a file that shmgen has made.
type generatedFile struct {
	path   string
	header header
}

// generatedIn lists the generated files of a folder, sorted by name.
func generatedIn(dir string) ([]generatedFile, error) {
	paths, err := filesIn(dir, func(name string) bool { return strings.HasSuffix(name, ".go") })
	if err != nil {
		return nil, err
	}
	var found []generatedFile
	for _, path := range paths {
		h, generated, err := readHeader(path)
		if errors.Is(err, errNotRegular) || errors.Is(err, fs.ErrNotExist) {
			continue // a link that leads nowhere, or to something that is no Go file
		}
		if err != nil {
			return nil, err
		}
		if generated {
			found = append(found, generatedFile{path: path, header: h})
		}
	}
	return found, nil
}

// finding is what a search through files and folders gave.
type finding struct {
	schemas   []string
	generated []generatedFile
}

// search looks at paths: a schema, a generated file, a folder, or a folder and all below it if the path ends in "/...".
func search(paths []string) (*finding, error) {
	f := &finding{}
	for _, path := range paths {
		if root, tree := strings.CutSuffix(filepath.ToSlash(path), "..."); tree && (root == "" || strings.HasSuffix(root, "/")) {
			if err := f.tree(filepath.FromSlash(strings.TrimSuffix(root, "/"))); err != nil {
				return nil, err
			}
			continue
		}
		info, err := os.Stat(path)
		switch {
		case err != nil:
			return nil, err
		case info.IsDir():
			err = f.folder(path)
		case strings.HasSuffix(path, Extension):
			f.schemas = append(f.schemas, path)
		default:
			var g generatedFile
			var generated bool
			g.path = path
			if g.header, generated, err = readHeader(path); err == nil && !generated {
				err = fmt.Errorf("%s is neither a schema nor a file that shmgen has generated", path)
			}
			f.generated = append(f.generated, g)
		}
		if err != nil {
			return nil, err
		}
	}
	return f, nil
}

// folder adds what lies in one folder.
func (f *finding) folder(dir string) error {
	schemas, err := schemasIn(dir)
	if err != nil {
		return err
	}
	generated, err := generatedIn(dir)
	if err != nil {
		return err
	}
	f.schemas = append(f.schemas, schemas...)
	f.generated = append(f.generated, generated...)
	return nil
}

// tree adds what lies in a folder and below it. Like the go command it passes over testdata, vendor, folders whose names
// begin with a dot or an underscore, and other modules.
func (f *finding) tree(root string) error {
	if root == "" {
		root = "."
	}
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			return nil
		}
		if path != root {
			if name := entry.Name(); name == "testdata" || name == "vendor" || name[0] == '.' || name[0] == '_' {
				return filepath.SkipDir
			}
			if module, err := exists(filepath.Join(path, "go.mod")); err != nil {
				return err
			} else if module {
				return filepath.SkipDir
			}
		}
		return f.folder(path)
	})
}

// moduleRoot is the closest folder at or above dir that has a go.mod, or dir itself if there is none.
func moduleRoot(dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	for at := absolute; ; at = filepath.Dir(at) {
		if found, err := exists(filepath.Join(at, "go.mod")); err != nil {
			return "", err
		} else if found {
			relative, err := filepath.Rel(absolute, at)
			if err != nil {
				return at, nil
			}
			return filepath.Join(dir, relative), nil
		}
		if at == filepath.Dir(at) {
			return dir, nil
		}
	}
}
