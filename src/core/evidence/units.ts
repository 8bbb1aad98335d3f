/** Units whose programs start other programs for somebody: that a job runs in one of them makes it no service. */

const STARTERS = [
  // logins, sessions, desktops and the terminals in them
  /^(?:user@|user-runtime-dir@|session-|ssh|sshd|dropbear|(?:serial-|console-|container-)?getty)/,
  /^(?:gdm|sddm|lightdm|display-manager|gnome-|org\.gnome\.|plasma|kde|xdg-|dbus|app-)|terminal|konsole|tmux|screen/,
  // timers' and batches' own daemons
  /^(?:cron|crond|cronie|anacron|atd|fcron|systemd-)/,
  // CI runners, editors for a browser
  /runner|buildkite|jenkins|teamcity|woodpecker|drone|concourse|circleci|bamboo|code-server|code-tunnel|jupyter/,
  // container engines
  /^(?:docker|containerd|podman|crio|kubelet|lxc|machine-)/,
];

/** "" = no unit. */
export const isOwnService = (unit: string): boolean =>
  unit !== "" && !STARTERS.some((pattern) => pattern.test(unit));
