namespace Cluster.Silo.Hosting;

/// <summary>The callers named by the files of a start, read again when they change.</summary>
internal static class CallerTokens
{
    /// <summary>The callers of a file, read again when it changes, or null without a file.</summary>
    /// <param name="tokenFile">The file of a single token, whose bearer may do everything.</param>
    /// <param name="tokensFile">The file of several callers.</param>
    /// <exception cref="NotFoundException">The file does not exist.</exception>
    /// <exception cref="UsageException">It names no caller (and would refuse or accept everyone), or both files are given.</exception>
    public static ReloadedFiles<TokenList>? Read(string? tokenFile, string? tokensFile)
    {
        if (tokenFile is not null && tokensFile is not null)
        {
            throw new UsageException(
                "--token-file and --tokens are both given where one is expected: put that token's digest into --tokens.");
        }

        if (tokensFile is not null)
        {
            var several = new NamedFile("--tokens", tokensFile);
            return new ReloadedFiles<TokenList>([several], texts => TokenList.Parse(several.Place, texts[0]), TimeProvider.System);
        }

        return tokenFile is null
            ? null
            : new ReloadedFiles<TokenList>(
                [new NamedFile("--token-file", tokenFile)], texts => One(tokenFile, texts[0].Trim()), TimeProvider.System);
    }

    private static TokenList One(string file, string token) => token.Length > 0 ? TokenList.OfOne(token) : throw new UsageException(
        $"The token file {file} is empty: write a token into it (openssl rand -hex 32), or leave out "
        + "--token-file for a silo that anyone may call.");
}
