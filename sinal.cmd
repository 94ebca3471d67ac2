@echo off
rem The command people type, for Windows. Builds what is missing, then runs it: sinal --help
setlocal
set "home=%~dp0"
set "jar=%home%ops\launcher\target\sinal.jar"
where java >nul 2>nul || (echo sinal: Java 17 or newer is needed and was not found>&2 & exit /b 1)
if not exist "%jar%" (
  echo sinal: building, the first time this takes a few minutes>&2
  pushd "%home%"
  call mvnw.cmd -B -q -DskipTests -DskipITs -Dspotless.check.skip=true package || (popd & echo sinal: the build failed>&2 & exit /b 1)
  popd
)
java -Xms64m -Xmx512m -XX:+UseSerialGC -XX:+ExitOnOutOfMemoryError -jar "%jar%" %*
exit /b %errorlevel%
