# shellcheck shell=bash disable=SC2034
# $address: a loopback address that no other test running at the same time listens on. To be sourced.
# A port that a test has closed may be another test's a moment later; that other one would answer instead of nobody.
address=127.$((1 + ($$ >> 16) % 250)).$((($$ >> 8) & 255)).$(($$ & 255))
