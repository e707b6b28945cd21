namespace Cluster.Networks;

/// <summary>Disposes of several objects.</summary>
internal static class Disposing
{
    /// <summary>Disposes of each; null, as an array holds it where its filling ended early, is none.</summary>
    public static void DisposeAll(this IEnumerable<IDisposable?> owned)
    {
        foreach (var each in owned)
        {
            each?.Dispose();
        }
    }
}
