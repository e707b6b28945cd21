namespace Cluster.Client.Commands;

/// <summary>The options of every remote command: server, credentials, timeout, output format.</summary>
internal sealed class RemoteOptions(ClientContext context)
{
    private static readonly TimeSpan UsualTimeout = TimeSpan.FromSeconds(30);

    private readonly Option<string?> _server = new("--server")
    {
        Description = "http://HOST:PORT or https://HOST:PORT, or several of one cluster between commas (default: the profile's, then "
            + $"$CLUSTER_SERVER, then {Endpoint.Usual})",
        HelpName = "ADDR"
    };
    private readonly Option<string?> _profile = new("--profile")
    {
        Description = "server and token by name, from ~/.config/cluster/profiles.json (default: the one named default)",
        HelpName = "NAME"
    };
    private readonly Option<string?> _tokenFile = File(
        "--token-file", "file of the token to send to the server (default: the profile's)");
    private readonly Option<string?> _authorities = File(
        "--ca", "PEM file of the authorities of the server's certificate (default: the profile's, then the machine's)");
    private readonly Option<string?> _certificate = File(
        "--cert", "PEM file of the certificate to show to the server (default: the profile's)");
    private readonly Option<string?> _key = File(
        "--key", "PEM file of the key of --cert (default: the profile's)");
    private readonly Option<TimeSpan?> _timeout = RemoteValues.Duration(
        "--timeout", "longest wait for an answer, such as 2m; streams and transfers may take any time (default: 30s)");
    private readonly Option<bool> _json = new("--json") { Description = "print JSON on standard output" };

    /// <summary>All of them, in the order of the help.</summary>
    public IEnumerable<Option> All => [_json, _server, _profile, _tokenFile, _authorities, _certificate, _key, _timeout];

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_json);

    /// <exception cref="UsageException">The address is not a server's, or the token must not be sent to it.</exception>
    /// <exception cref="NotFoundException">The profile or token file does not exist.</exception>
    /// <param name="say">Receives a sentence about what is waited for.</param>
    public ServerConnection Connect(ParseResult parsed, Action<string> say) => new(
        Endpoint.Resolve(
            parsed.GetValue(_server),
            parsed.GetValue(_profile),
            new ServerFiles(
                parsed.GetValue(_tokenFile), parsed.GetValue(_authorities), parsed.GetValue(_certificate), parsed.GetValue(_key)),
            context),
        parsed.GetValue(_timeout) ?? UsualTimeout,
        context,
        say);

    private static Option<string?> File(string name, string description) => new(name) { Description = description, HelpName = "FILE" };
}
