namespace Cluster.Silo.Hosting.Tls;

/// <summary>
/// The content of files, read again while the program runs: on access, at most once per period. Invalid content changes nothing, and is
/// logged once. Contents are compared rather than times, because secrets are often exchanged by links. Thread-safe.
/// </summary>
internal sealed partial class ReloadedFiles<T>
    where T : class
{
    private readonly Lock _gate = new();
    private readonly IReadOnlyList<NamedFile> _files;
    private readonly Func<IReadOnlyList<string>, T> _parse;
    private readonly TimeProvider _time;
    private string[] _texts;
    private T _value;
    private string? _told;
    private long _readAt;

    /// <param name="files">The files.</param>
    /// <param name="parse">Parses their texts, in the order of the files.</param>
    /// <param name="time">The clock of the period.</param>
    /// <exception cref="NotFoundException">A file does not exist.</exception>
    /// <exception cref="UsageException">A file is not valid.</exception>
    public ReloadedFiles(IReadOnlyList<NamedFile> files, Func<IReadOnlyList<string>, T> parse, TimeProvider time)
    {
        (_files, _parse, _time) = (files, parse, time);
        _readAt = time.GetTimestamp();
        _texts = [.. files.Select(file => file.Read())];
        _value = parse(_texts);
    }

    /// <summary>How old what <see cref="Read"/> gives may be.</summary>
    public static TimeSpan Period { get; } = TimeSpan.FromSeconds(1);

    /// <summary>Receives changes of the files, once a host has set it.</summary>
    public ILogger Log { get; set; } = NullLogger.Instance;

    /// <summary>Makes a host's log report changes of the files.</summary>
    public void LogTo(IServiceProvider services) => Log = services.GetRequiredService<ILogger<ReloadedFiles<T>>>();

    /// <summary>The current content of the files, or their last valid content.</summary>
    public T Read()
    {
        lock (_gate)
        {
            if (_time.GetElapsedTime(_readAt) >= Period)
            {
                _readAt = _time.GetTimestamp();
                ReadAgain();
            }

            return _value;
        }
    }

    private void ReadAgain()
    {
        try
        {
            string[] texts = [.. _files.Select(file => file.Read())];
            if (!texts.SequenceEqual(_texts, StringComparer.Ordinal))
            {
                _value = _parse(texts);
                _texts = texts;
                LogChanged(Log, string.Join(", ", _files.Select(file => file.Place)));
            }

            _told = null;
        }
        catch (Exception wrong) when (wrong is UsageException or NotFoundException)
        {
            if (_told != wrong.Message)
            {
                _told = wrong.Message;
                LogKept(Log, wrong.Message);
            }
        }
    }

    [LoggerMessage(
        EventId = 2501, EventName = "files.changed", Level = LogLevel.Information, Message = "Read again, as it changed: {Files}")]
    private static partial void LogChanged(ILogger logger, string files);

    [LoggerMessage(
        EventId = 2502,
        EventName = "files.kept",
        Level = LogLevel.Error,
        Message = "A changed file is invalid; its last valid content stays in force: {Problem}")]
    private static partial void LogKept(ILogger logger, string problem);
}
