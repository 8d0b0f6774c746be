export function loadConfig() {
  return {}
}

export function writeConfigFile() {}
