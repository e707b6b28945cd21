namespace Cluster.EndToEnd.Support;

/// <summary>
/// Waits for what a process does to the files of a folder, so that a test can strike at a moment of the work and not of
/// the clock.
/// </summary>
internal sealed class FileEvents : IDisposable
{
    private readonly FileSystemWatcher _watcher;
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Func<int, bool> _isMoment;
    private int _count;

    /// <param name="folder">The folder, made if need be.</param>
    /// <param name="isMoment">Whether the moment has come, asked at each change with the number of changes so far.</param>
    public FileEvents(string folder, Func<int, bool> isMoment)
    {
        _isMoment = isMoment;
        Directory.CreateDirectory(folder);
        _watcher = new FileSystemWatcher(folder)
        {
            IncludeSubdirectories = true,
            NotifyFilter = NotifyFilters.FileName | NotifyFilters.LastWrite | NotifyFilters.Size
        };
        _watcher.Created += Seen;
        _watcher.Changed += Seen;
        _watcher.Renamed += Seen;
        _watcher.EnableRaisingEvents = true;
    }

    /// <summary>Complete lines of a file that may be growing; 0 where it is not there.</summary>
    public static int Lines(string path)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var copy = new MemoryStream();
        file.CopyTo(copy);
        return copy.ToArray().AsSpan().Count((byte)'\n');
    }

    /// <summary>Waits for the moment or the process's end.</summary>
    /// <returns>Whether the moment came first.</returns>
    public async Task<bool> MomentAsync(Process process)
    {
        await Task.WhenAny(_reached.Task, process.WaitForExitAsync(TestContext.Current.CancellationToken));
        return _reached.Task.IsCompleted && !process.HasExited;
    }

    public void Dispose() => _watcher.Dispose();

    private void Seen(object sender, FileSystemEventArgs change)
    {
        if (_isMoment(Interlocked.Increment(ref _count)))
        {
            _reached.TrySetResult();
        }
    }
}
