// The token of this browser tab: gone with it. A script of another site cannot read it, and no browser sends it by itself.
const place = "cluster.token";

export const hasToken = () => sessionStorage.getItem(place) !== null;

export const useToken = token => sessionStorage.setItem(place, token);

export const forgetToken = () => sessionStorage.removeItem(place);

export const authorization = () => hasToken() ? { authorization: `Bearer ${sessionStorage.getItem(place)}` } : {};
