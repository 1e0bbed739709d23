#!/bin/sh
echo "built on demand"
