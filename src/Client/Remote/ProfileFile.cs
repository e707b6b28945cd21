using System.Text.Json.Serialization;

namespace Cluster.Client.Remote;

/// <summary>The file of profiles: <c>{ "default": { "server": "https://…", "tokenFile": "token" } }</c>.</summary>
internal sealed class ProfileFile
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        AllowTrailingCommas = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    private readonly string _path;
    private readonly Dictionary<string, ServerProfile> _profiles;

    private ProfileFile(string path, Dictionary<string, ServerProfile> profiles)
    {
        _path = path;
        _profiles = profiles;
    }

    /// <summary>Its path, below $XDG_CONFIG_HOME or ~/.config.</summary>
    public static string PathOf(ClientContext context)
    {
        string root = context.Variable("XDG_CONFIG_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(context.Variable("HOME") ?? "/", ".config");
        return Path.Combine(root, "cluster", "profiles.json");
    }

    /// <summary>Reads it; a missing file has no profiles.</summary>
    /// <exception cref="UsageException">It is not valid.</exception>
    public static ProfileFile Load(string path)
    {
        if (!File.Exists(path))
        {
            return new ProfileFile(path, []);
        }

        try
        {
            var profiles = JsonSerializer.Deserialize<Dictionary<string, ServerProfile>>(File.ReadAllText(path), Format) ?? [];
            return new ProfileFile(path, profiles);
        }
        catch (JsonException failure)
        {
            throw new UsageException(
                $"the profiles in {path} are not understood ({failure.Message.TrimEnd('.')}); write them like {{\"default\": "
                + "{\"server\": \"http://127.0.0.1:5180\", \"tokenFile\": \"token\"}}.");
        }
    }

    public ServerProfile? Find(string name) => _profiles.GetValueOrDefault(name);

    /// <exception cref="NotFoundException">The profile does not exist.</exception>
    public ServerProfile Require(string name) => Find(name) ?? throw new NotFoundException(
        _profiles.Count == 0
            ? $"there is no profile '{name}': {_path} holds none."
            : $"there is no profile '{name}' in {_path}; it has {string.Join(", ", _profiles.Keys.Order(StringComparer.Ordinal))}.");

    /// <summary>The full paths of a profile's files.</summary>
    public ServerFiles FilesOf(ServerProfile profile, ClientContext context)
    {
        return new ServerFiles(PathOf(profile.TokenFile), PathOf(profile.Ca), PathOf(profile.Cert), PathOf(profile.Key));

        string? PathOf(string? file) => file is null
            ? null
            : file.StartsWith("~/", StringComparison.Ordinal)
                ? Path.Combine(context.Variable("HOME") ?? "/", file[2..])
                : Path.GetFullPath(file, Path.GetDirectoryName(Path.GetFullPath(_path))!);
    }
}

/// <summary>A named server in the file of profiles.</summary>
/// <param name="Server">Its address; null: the default.</param>
/// <param name="TokenFile">The file of the token for it, relative to the folder of the file of profiles; "~/" is the
/// home folder.</param>
/// <param name="Ca">The file of the authorities that must have issued its certificate; paths as for the token.</param>
/// <param name="Cert">The file of the client certificate.</param>
/// <param name="Key">The file of that certificate's key.</param>
internal sealed record ServerProfile(string? Server, string? TokenFile, string? Ca, string? Cert, string? Key);
