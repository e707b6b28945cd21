using System.Net;

namespace Cluster.Client.Remote;

/// <summary>The server to call, and the credentials for it.</summary>
/// <param name="Address">http://HOST:PORT or https://HOST:PORT, the one to call first.</param>
/// <param name="Token">The token; null for none.</param>
/// <param name="Tls">The trusted authorities and the client certificate; null: the machine's authorities, and no certificate.</param>
internal sealed record Endpoint(Uri Address, string? Token, ServerTls? Tls = null)
{
    public const string Usual = "http://127.0.0.1:5180";

    private const string DefaultProfile = "default";

    /// <summary>Servers of the same cluster, called in turn if the first is not available.</summary>
    public IReadOnlyList<Uri> Others { get; init; } = [];

    /// <summary>Combines the command line, the profiles and the environment.</summary>
    /// <param name="server">The given address, or several of one cluster between commas; null: the profile's, then $CLUSTER_SERVER, then
    /// the default.</param>
    /// <param name="profile">The given name; null: "default", if it exists.</param>
    /// <param name="given">The given files; those that are null come from the profile.</param>
    /// <exception cref="UsageException">An address or a file is invalid, or the token would be sent in the clear.</exception>
    /// <exception cref="NotFoundException">The profile or file does not exist.</exception>
    public static Endpoint Resolve(string? server, string? profile, ServerFiles given, ClientContext context)
    {
        var file = ProfileFile.Load(ProfileFile.PathOf(context));
        var chosen = profile is null ? file.Find(DefaultProfile) : file.Require(profile);
        string? environment = context.Variable("CLUSTER_SERVER") is { Length: > 0 } set ? set : null;
        var ofProfile = ParseList(chosen?.Server ?? environment ?? Usual);
        var addresses = server is null ? ofProfile : ParseList(server);

        // A profile's credentials are for the profile's servers only.
        bool isProfiles = chosen is not null && !addresses.Except(ofProfile).Any();
        var files = Combined(given, isProfiles ? file.FilesOf(chosen!, context) : new ServerFiles());
        var open = addresses.Where(address => address.Scheme == Uri.UriSchemeHttp).ToArray();
        if (open.Length > 0 && (files.Authorities ?? files.Certificate) is { } unused)
        {
            throw new UsageException($"{unused} is a certificate's file, and {open[0].OriginalString} encrypts nothing; use https://.");
        }

        var endpoint = new Endpoint(addresses[0], null, ServerTls.Read(files, context.Time)) { Others = addresses[1..] };
        if (files.Token is not { } path)
        {
            return endpoint;
        }

        if (Array.Find(open, address => !IsLoopback(address)) is { } address)
        {
            throw new UsageException(
                $"the token would travel readable for all to {address.OriginalString}; use https://, or an http:// "
                + "address of this machine.");
        }

        return endpoint with { Token = ReadToken(path) };
    }

    // A certificate and its key must come from the same place.
    private static ServerFiles Combined(ServerFiles given, ServerFiles profile)
    {
        var own = given.Certificate is null && given.Key is null ? profile : given;
        return new ServerFiles(
            given.Token ?? profile.Token, given.Authorities ?? profile.Authorities, own.Certificate, own.Key);
    }

    private static Uri[] ParseList(string text) => [.. text.Split(',', StringSplitOptions.TrimEntries).Select(Parse)];

    private static Uri Parse(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps)
        && address is { PathAndQuery: "/", UserInfo.Length: 0, Host.Length: > 0 }
            ? address
            : throw new UsageException(
                $"the server '{text}' is not an address; write http://HOST:PORT or https://HOST:PORT, and commas between several.");

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
