namespace Cluster.Terminal.Tls;

/// <summary>A file that an option names.</summary>
/// <param name="Option">The option, such as "--tls-cert".</param>
/// <param name="Path">The path, as given.</param>
public sealed record NamedFile(string Option, string Path)
{
    /// <summary>Option and path, for sentences.</summary>
    public string Place => $"{Option} {Path}";

    /// <summary>A certificate and its key, or neither.</summary>
    /// <param name="certificate">The certificate's file, or null.</param>
    /// <param name="key">The key's file, or null.</param>
    /// <param name="options">The names of the two options: for the certificate and the key.</param>
    /// <exception cref="UsageException">Only one of them is given.</exception>
    public static (NamedFile Certificate, NamedFile Key)? Pair(
        NamedFile? certificate, NamedFile? key, (string Certificate, string Key) options) => (certificate, key) switch
        {
            (null, null) => null,
            ({ } ours, { } its) => (ours, its),
            _ => throw new UsageException(
                $"{(certificate ?? key)!.Option} is given without {(certificate is null ? options.Certificate : options.Key)}: a "
                + "certificate and its key go together."),
        };

    /// <summary>Reads its text.</summary>
    /// <exception cref="NotFoundException">It does not exist.</exception>
    /// <exception cref="UsageException">It may not be read.</exception>
    public string Read()
    {
        try
        {
            return File.ReadAllText(Path);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new NotFoundException($"{Option} is '{Path}', which is not there: name a file that is.");
        }
        catch (Exception unreadable) when (unreadable is UnauthorizedAccessException or IOException)
        {
            throw new UsageException($"{Option} is '{Path}', which cannot be read ({unreadable.Message}): correct its permissions.");
        }
    }
}
