namespace Cluster.Silo.Api.Access;

/// <summary>The callers of a server, by the digests of their tokens.</summary>
internal sealed class TokenList
{
    private const string Expected = "where 'name=NAME role=read|submit|admin [tenant=TENANT] sha256=DIGEST' is expected";

    private readonly IReadOnlyList<TokenOwner> _owners;

    private TokenList(IReadOnlyList<TokenOwner> owners) => _owners = owners;

    /// <summary>Whether they belong to several tenants.</summary>
    public bool HasTenants => _owners.DistinctBy(owner => owner.Tenant).Skip(1).Any();

    /// <summary>One token, whose bearer may do everything.</summary>
    public static TokenList OfOne(string token) => new([new TokenOwner("token", Role.Admin, Digest(token), TenantName.Default)]);

    /// <summary>One line per caller; empty lines, and those that begin with #, are ignored.</summary>
    /// <param name="place">Option and path, for sentences.</param>
    /// <param name="text">The file's text.</param>
    /// <exception cref="UsageException">A line is not valid, two have the same name or token, or there is none.</exception>
    public static TokenList Parse(string place, string text)
    {
        var owners = new List<TokenOwner>();
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i].Trim();
            if (line.Length > 0 && line[0] != '#')
            {
                owners.Add(Owner($"{place}, line {i + 1},", line));
            }
        }

        if (owners.GroupBy(owner => owner.Name, StringComparer.Ordinal).FirstOrDefault(same => same.Skip(1).Any()) is { } twice)
        {
            throw new UsageException($"{place} names {twice.Key} twice where each caller has a line: take one away.");
        }

        if (owners.GroupBy(owner => Convert.ToHexString(owner.Digest)).FirstOrDefault(same => same.Skip(1).Any()) is { } shared)
        {
            throw new UsageException(
                $"{place} gives {string.Join(" and ", shared.Select(owner => owner.Name))} one token where each caller has its own: make "
                + "another (openssl rand -hex 32).");
        }

        return owners.Count > 0 ? new TokenList(owners) : throw new UsageException(
            $"{place} has no line {Expected}: no caller would have access; add one.");
    }

    /// <summary>The owner of a token, or null. The time it takes reveals nothing about the tokens.</summary>
    public TokenOwner? Find(string token)
    {
        byte[] digest = Digest(token);
        TokenOwner? found = null;
        foreach (var owner in _owners)
        {
            if (CryptographicOperations.FixedTimeEquals(owner.Digest, digest))
            {
                found = owner;
            }
        }

        return found;
    }

    private static TokenOwner Owner(string place, string line)
    {
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            int sign = part.IndexOf('=', StringComparison.Ordinal);
            if (sign < 1
                || part[..sign] is not ("name" or "role" or "tenant" or "sha256")
                || !parts.TryAdd(part[..sign], part[(sign + 1)..]))
            {
                throw new UsageException($"{place} has '{Names.Short(part)}' {Expected}: correct it.");
            }
        }

        if (!parts.TryGetValue("name", out string? name) || name.Length == 0)
        {
            throw new UsageException($"{place} has no name {Expected}: add it.");
        }

        Role? role = parts.GetValueOrDefault("role") switch
        {
            "read" => Role.Read,
            "submit" => Role.Submit,
            "admin" => Role.Admin,
            _ => null,
        };
        string tenant = parts.GetValueOrDefault("tenant") ?? TenantName.Default;
        if (!TenantName.IsValid(tenant))
        {
            throw new UsageException(
                $"{place} gives {name} the tenant '{Names.Short(tenant)}' where 1 to 63 lower-case letters, digits and hyphens are "
                + "expected: correct it.");
        }

        return new TokenOwner(
            name,
            role ?? throw new UsageException($"{place} gives {name} no role {Expected}: correct it."),
            parts.TryGetValue("sha256", out string? digest) && StoredArtefact.IsDigest(digest)
                ? Convert.FromHexString(digest)
                : throw new UsageException(
                    $"{place} gives {name} no digest {Expected}: write the one of its token (printf %s TOKEN | sha256sum)."),
            tenant);
    }

    private static byte[] Digest(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}

/// <summary>A caller that a token names.</summary>
/// <param name="Name">The caller's name, for the log.</param>
/// <param name="Role">The caller's role.</param>
/// <param name="Digest">SHA-256 of its token.</param>
/// <param name="Tenant">The tenant whose jobs and files it sees.</param>
internal sealed record TokenOwner(string Name, Role Role, byte[] Digest, string Tenant);
