namespace Cluster.Client.Transfers;

/// <summary>
/// Turns names of published files into paths in a folder. The names come from a server, so none may lead elsewhere.
/// </summary>
internal static class PublishedName
{
    /// <exception cref="RemoteException">The name does not stay inside the folder.</exception>
    public static string PathIn(string folder, string name)
    {
        bool isPlain = name.Length is > 0 and <= 200
            && name.Split('/').All(
                part => part.Length > 0 && part[0] != '.' && !part.Contains('\\', StringComparison.Ordinal) && !part.Any(char.IsControl));
        return isPlain
            ? Path.Combine(folder, name)
            : throw new RemoteException(
                $"the server published a file named '{VisibleText.Shorten(name, 60)}', which has no place in a folder; "
                + "fetch others by --only.",
                ExitCode.Failed);
    }
}
