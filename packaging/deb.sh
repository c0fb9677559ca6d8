#!/bin/bash
#
# deb.sh: a Debian package of this build for the server that PG_CONFIG belongs to, in build/.
#
# The dependencies are the server's package and the libraries that the module is linked with, with the
# least versions that have what it uses (dpkg-shlibdeps).  OpenBLAS is in the module, if it was linked from
# Debian's serial archive.  Needs dpkg-dev.

set -eu
cd "$(dirname "$0")/.."
pg_config=${PG_CONFIG:-pg_config}
version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" l2reg.control)
major=$("$pg_config" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
package=postgresql-$major-l2reg
arch=$(dpkg --print-architecture)
command -v dpkg-shlibdeps >/dev/null || { echo 'l2reg: make deb needs dpkg-dev' >&2; exit 1; }

make -s WERROR="${WERROR:-}" PG_CONFIG="$pg_config" all
work=build/deb/$package
rm -rf build/deb
mkdir -p "$work/root/DEBIAN" "$work/debian"
make -s PG_CONFIG="$pg_config" DESTDIR="$PWD/$work/root" install
rm -rf "$work/root$("$pg_config" --pkglibdir)/bitcode" # for a JIT; needs the same LLVM
strip --strip-unneeded "$work/root$("$pg_config" --pkglibdir)/l2reg.so"
install -D -m 644 LICENSE "$work/root/usr/share/doc/$package/copyright"
install -D -m 644 README.md "$work/root/usr/share/doc/$package/README.md"
gzip -9n <CHANGELOG.md >"$work/root/usr/share/doc/$package/changelog.gz"
chmod 644 "$work/root/usr/share/doc/$package/changelog.gz"
printf 'Source: l2reg\n\nPackage: %s\nArchitecture: any\n' "$package" >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O "root$("$pg_config" --pkglibdir)/l2reg.so" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
# minor releases add functions that their headers then call: an older server could not load the library
least=$("$pg_config" --version | sed -n 's/^PostgreSQL \([0-9]*[.][0-9]*\)\( .*\)\{0,1\}$/ (>= \1)/p')
cat >"$work/root/DEBIAN/control" <<CONTROL
Package: $package
Version: $version-1
Architecture: $arch
Maintainer: l2reg contributors <l2reg@localhost>
Section: database
Priority: optional
Depends: postgresql-$major$least${libraries:+, $libraries}
Installed-Size: $(du -sk --exclude=DEBIAN "$work/root" | cut -f1)
Description: regression inside PostgreSQL $major
 Aggregates that gather the sufficient statistics of a linear model in extended
 precision; least squares, ridge, lasso, elastic net, paths and cross-validation
 from one scan, logistic and Poisson regression, and models by name that stay
 fresh.
CONTROL
dpkg-deb --root-owner-group --build "$work/root" "build/${package}_$version-1_$arch.deb"
