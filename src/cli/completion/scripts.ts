/**
 * What a shell is given to read: it asks the program at each Tab, so it is short, and never older than the program. The
 * program answers with a line that says whether files are meant, and a line for each word: the word, a tab, its meaning.
 */

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** `tool`: who answers. `names`: of the programs that are completed by it. */
export const completionScript = (shell: Shell, tool: string, names: readonly string[]): string =>
  SCRIPTS[shell](tool, `_${tool.replaceAll("-", "_")}_words`, names);

/** Bash divides words at = and : too, and takes what stands behind them for the word. bash-completion is not needed. */
const bash: Script = (tool, name, names) => `# completion for bash: source <(${tool} completion bash)
${name}() {
  local line=\${COMP_LINE:0:COMP_POINT} tool=${tool} last cut= kind value quoted
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=("")
  last=\${words[\${#words[@]}-1]}
  [[ $COMP_WORDBREAKS == *[=:]* && $last == *[=:]* ]] && cut=\${last%"\${last##*[=:]}"}
  [[ $1 == */* ]] && tool=\${1%/*}/$tool
  COMPREPLY=()
  {
    read -r kind
    while IFS=$'\\t' read -r value _; do
      value=\${value#"$cut"}
      # a name that somebody else gave must run nothing; beside files, readline would quote the backslashes too
      printf -v quoted %q "$value"
      [[ $kind == none || $quoted == "$value" ]] && COMPREPLY+=("$quoted")
    done
  } < <("$tool" completion words "\${words[0]##*/}" "\${words[@]:1}" 2>/dev/null)
  [[ $kind == none || -z $kind ]] && return
  compopt -o filenames 2>/dev/null
  while IFS= read -r value; do
    COMPREPLY+=("$value")
  done < <(compgen "$([[ $kind == folders ]] && echo -d || echo -f)" -- "\${last#"$cut"}")
}
complete -F ${name} ${names.join(" ")}`;

const zsh: Script = (tool, name, names) => `#compdef ${names.join(" ")}
# completion for zsh: source <(${tool} completion zsh)
${name}() {
  local tool=${tool} kind line
  local -a before lines offers
  (( CURRENT > 2 )) && before=("\${(@Q)words[2,CURRENT-1]}")
  [[ $words[1] == */* ]] && tool=\${\${(Q)words[1]}:h}/$tool
  lines=("\${(@f)$("$tool" completion words "\${\${(Q)words[1]}:t}" "\${before[@]}" "$PREFIX" 2>/dev/null)}")
  kind=$lines[1]
  for line in "\${(@)lines[2,-1]}"; do
    offers+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( $#offers )) && _describe -V '${tool}' offers
  [[ $kind == (files|folders) && $PREFIX == --*=* ]] && compset -P '*='
  case $kind in
    files) _files ;;
    folders) _files -/ ;;
  esac
}
if [[ $funcstack[1] == ${name} || $funcstack[1] == _${tool} ]]; then
  ${name} "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
  compdef ${name} ${names.join(" ")}
fi`;

const fish: Script = (tool, name, names) => `# completion for fish: ${tool} completion fish | source
function _${name}
    set -l before (commandline -opc)
    set -l current (commandline -ct)
    set -l tool ${tool}
    string match -q '*/*' -- $before[1]; and set tool (dirname $before[1])/$tool
    set -l lines ($tool completion words (basename $before[1]) $before[2..] "$current" 2>/dev/null)
    switch "$lines[1]"
        case files
            __fish_complete_path "$current"
        case folders
            __fish_complete_directories "$current" ''
    end
    string join \\n -- $lines[2..]
end
${names.map((each) => `complete -c ${each} -f -a '(_${name})' -k`).join("\n")}`;

type Script = (tool: string, name: string, names: readonly string[]) => string;

const SCRIPTS: Readonly<Record<Shell, Script>> = { bash, zsh, fish };
