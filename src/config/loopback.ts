const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1|\[::1\])$/i;

/** Whether only programs on this machine can reach a server that listens on this address. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);
