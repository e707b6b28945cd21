using System.Net;
using Cluster.Terminal;

namespace Cluster.Client.Remote;

/// <summary>Which server to call, and the token to show it.</summary>
/// <param name="Address">http://HOST:PORT or https://HOST:PORT.</param>
internal sealed record Endpoint(Uri Address, string? Token)
{
    public const string Usual = "http://127.0.0.1:5180";

    private const string DefaultProfile = "default";

    /// <summary>Combines the command line, the profiles and the environment.</summary>
    /// <param name="server">The address given; null: the profile's, then $CLUSTER_SERVER, then the usual one.</param>
    /// <param name="profile">The name given; null: "default", if there is one.</param>
    /// <param name="tokenFile">The file given; null: the profile's.</param>
    /// <exception cref="UsageException">An address is invalid, or the token would be sent in the clear.</exception>
    /// <exception cref="NotFoundException">The profile or file does not exist.</exception>
    public static Endpoint Resolve(string? server, string? profile, string? tokenFile, ClientContext context)
    {
        var file = ProfileFile.Load(ProfileFile.PathOf(context));
        var chosen = profile is null ? file.Find(DefaultProfile) : file.Require(profile);
        string? environment = context.Variable("CLUSTER_SERVER") is { Length: > 0 } set ? set : null;
        var profileAddress = Parse(chosen?.Server ?? environment ?? Usual);
        var address = server is null ? profileAddress : Parse(server);

        // A profile's token is for the profile's server only.
        string? path = tokenFile ?? (chosen?.TokenFile is { } named && address == profileAddress ? file.TokenPath(named, context) : null);
        if (path is null)
        {
            return new Endpoint(address, null);
        }

        if (address.Scheme == Uri.UriSchemeHttp && !IsLoopback(address))
        {
            throw new UsageException(
                $"the token would travel readable for all to {address.OriginalString}; use https://, or an http:// "
                + "address of this machine.");
        }

        return new Endpoint(address, ReadToken(path));
    }

    private static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { PathAndQuery: "/", UserInfo.Length: 0, Host.Length: > 0 }
            ? address
            : throw new UsageException($"the server '{text}' is not an address; write http://HOST:PORT or https://HOST:PORT.");

    private static bool IsLoopback(Uri address) =>
        address.IsLoopback || (IPAddress.TryParse(address.DnsSafeHost, out var ip) && IPAddress.IsLoopback(ip));

    private static string ReadToken(string path)
    {
        if (!File.Exists(path))
        {
            throw new NotFoundException($"there is no token file {path}.");
        }

        string token = File.ReadAllText(path).Trim();
        return token.Length > 0 && token.All(c => c is > ' ' and <= '~')
            ? token
            : throw new UsageException($"the token file {path} holds no token; one line of visible ASCII characters is expected.");
    }
}
