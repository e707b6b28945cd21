using Cluster.Coordinator.Work;

namespace Cluster.Storage.Files;

/// <summary>
/// Results as files <c>ROOT/ab/abcdef….json</c>, each holding the result's canonical JSON and, on its first line, the
/// SHA-256 of it. Safe for several processes at once.
/// </summary>
public sealed class FolderEvaluationCache : IEvaluationCache
{
    private readonly string _root;
    private readonly Action<string>? _unwritten;

    /// <summary>Uses a folder, which is created if missing.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="unwritten">Receives the reason if a result could not be stored.</param>
    public FolderEvaluationCache(string root, Action<string>? unwritten = null)
    {
        _root = root;
        _unwritten = unwritten;
        Directory.CreateDirectory(root);
    }

    /// <inheritdoc/>
    public WorkResult? Find(WorkItem item)
    {
        if (!item.IsCacheable)
        {
            return null;
        }

        try
        {
            var text = File.ReadAllText(PathOf(item));
            var end = text.IndexOf('\n', StringComparison.Ordinal);
            if (end < 0 || !string.Equals(text[..end], CanonicalJson.DigestOfText(item.Id + text[(end + 1)..]), StringComparison.Ordinal))
            {
                return null;
            }

            return JsonSerializer.Deserialize<WorkResult>(text[(end + 1)..], PlanJson.Options);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or NotSupportedException)
        {
            // Missing, unreadable or of another version: the result is measured again, which only costs time.
            return null;
        }
    }

    /// <inheritdoc/>
    public void Store(WorkItem item, WorkResult result)
    {
        if (!item.IsCacheable || result is FailedResult)
        {
            return;
        }

        var json = CanonicalJson.Serialize(result);
        var path = PathOf(item);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.WriteAmongOthers(path, Encoding.UTF8.GetBytes(CanonicalJson.DigestOfText(item.Id + json) + "\n" + json));
        }
        catch (Exception full) when (full is IOException or UnauthorizedAccessException)
        {
            // A full cache disk must not stop a job that has its result; the next job measures again.
            _unwritten?.Invoke(full.Message);
        }
    }

    private string PathOf(WorkItem item) => Path.Combine(_root, item.Id[..2], item.Id + ".json");
}
