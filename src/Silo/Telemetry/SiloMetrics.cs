using System.Diagnostics.Metrics;

namespace Cluster.Silo.Telemetry;

/// <summary>
/// The metrics of this silo. docs/guide/telemetry.md lists their names, units and meaning; a test compares it with this
/// class. No id of a job, a candidate or a caller is a label but in <see cref="SearchGauges"/>: those are on spans and in logs.
/// </summary>
internal sealed class SiloMetrics : IDisposable
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Cluster";

    private readonly Meter _meter = new(MeterName, ClusterTracing.Version);
    private readonly ConcurrentDictionary<JobLoad, byte> _jobs = new();
    private readonly ConcurrentDictionary<SlotLoad, byte> _slots = new();
    private readonly ConcurrentDictionary<IGpuSensor, byte> _gpus = new();
    private readonly ConcurrentDictionary<string, string> _folders = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Func<DateTimeOffset>> _certificates = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private readonly Counter<long> _evaluations;
    private readonly Counter<long> _images;
    private readonly Counter<long> _retries;
    private readonly Counter<long> _leases;
    private readonly Counter<long> _restarts;
    private readonly Counter<long> _proofs;
    private readonly Counter<long> _artefactBytes;
    private readonly Histogram<double> _candidateDuration;
    private readonly Histogram<double> _stageDuration;
    private readonly Histogram<double> _appendDuration;
    private readonly Histogram<double> _openDuration;
    private readonly Histogram<double> _foldDuration;
    private readonly Histogram<double> _callDuration;
    private volatile Func<long>? _silosLost;
    private volatile Func<IReadOnlyDictionary<WaitCause, int>>? _waits;
    private volatile bool _hasLeft;

    /// <param name="time">The clock for ages.</param>
    public SiloMetrics(TimeProvider time)
    {
        _time = time;
        _evaluations = _meter.CreateCounter<long>(
            "cluster.evaluation.count",
            "{evaluation}",
            "Results and failures recorded in journals; the rate is evaluations per second, those with source cache are cache hits.");
        _images = _meter.CreateCounter<long>(
            "cluster.evaluation.images", "{image}", "Images that results recorded in journals were computed on, if they were measured.");
        _retries = _meter.CreateCounter<long>("cluster.candidate.retries", "{attempt}", "Attempts that gave no result.");
        _leases = _meter.CreateCounter<long>(
            "cluster.lease.expired", "{lease}", "Attempts whose evaluator stopped answering while its host lived.");
        _restarts = _meter.CreateCounter<long>("cluster.evaluator.restarts", "{restart}", "Evaluator processes that were given up.");
        _proofs = _meter.CreateCounter<long>(
            "cluster.proof.count", "{proof}", "Deployed winners held against their promises, by the verdict.");
        _artefactBytes = _meter.CreateCounter<long>("cluster.artefact.io", "By", "Bytes of artefacts received (in) and sent (out).");
        _candidateDuration = Durations("cluster.candidate.duration", "One attempt on its slot.", DurationBounds.OfWork);
        _stageDuration = Durations("cluster.stage.duration", "One stage of an attempt.", DurationBounds.OfWork);
        _appendDuration = Durations(
            "cluster.journal.append.duration", "One write to a journal, until it is durable.", DurationBounds.OfStorage);
        _openDuration = Durations(
            "cluster.journal.open.duration", "Reading and checking a journal when a coordinator opens it.", DurationBounds.OfStorage);
        _foldDuration = Durations("cluster.journal.fold.duration", "Folding a journal that was read.", DurationBounds.OfStorage);
        _callDuration = Durations(
            "rpc.server.call.duration", "One call, until its status is known; streams count to their end.", DurationBounds.OfCalls);
        _meter.CreateObservableGauge("cluster.job.active", Active, "{job}", "Jobs whose coordinator is on this silo.");
        _meter.CreateObservableGauge(
            "cluster.job.waiting",
            Waiting,
            "{job}",
            "Jobs whose coordinator is on this silo and of which nothing runs, by what they wait for.");
        _meter.CreateObservableGauge(
            "cluster.candidate.queued",
            () => _jobs.Keys.Sum(job => job.Queued),
            "{candidate}",
            "Pieces of work proposed and not under way, of jobs on this silo: the queue's depth.");
        _meter.CreateObservableGauge(
            "cluster.candidate.active",
            () => _jobs.Keys.Sum(job => job.Active),
            "{candidate}",
            "Pieces of work under way, of jobs on this silo.");
        _meter.CreateObservableGauge(
            "cluster.queue.age",
            OldestQueued,
            "s",
            "How long the oldest work that is proposed and not under way has waited; 0 where none waits, and for paused jobs.");
        _meter.CreateObservableGauge(
            "cluster.disk.free",
            FreeBytes,
            "By",
            "Bytes that the silo may still write to the file system of its data, artefacts or results (--cache).");
        _meter.CreateObservableGauge(
            "cluster.certificate.not_after",
            CertificateEnds,
            "s",
            "When the certificate that the silo shows (server), or an authority that it believes (client_ca, silo_ca), is no longer in "
                + "force, in seconds since 1970; none without encryption.");
        _meter.CreateObservableCounter(
            "cluster.silo.lost",
            SilosLost,
            "{silo}",
            "Silos that were declared dead, as this one saw; not those that left. Each silo that is left counts each loss.");
        _meter.CreateObservableGauge(
            "cluster.slot.busy",
            () => Slots(slots => slots.Count(slot => slot.IsBusy)),
            "{slot}",
            "Slots of this silo that are at work.");
        GpuGauges.Create(_meter, () => _gpus.Keys);
        Searches = new SearchGauges(_meter);
        _meter.CreateObservableGauge(
            "cluster.slot.limit",
            () => Slots(slots => slots.Count()),
            "{slot}",
            "Slots of this silo; busy / limit is the busy share. 0 is the last word of a silo that leaves, and never that of a lost one.");
    }

    /// <summary>For tests, which have several instances in one process.</summary>
    public Meter Meter => _meter;

    /// <summary>What searches find, by job.</summary>
    public SearchGauges Searches { get; }

    /// <summary>Adds a job to those that gauges count.</summary>
    public void Add(JobLoad job) => _jobs[job] = 0;

    public void Remove(JobLoad job) => _jobs.TryRemove(job, out _);

    /// <summary>Adds a slot to those that gauges count.</summary>
    public void Add(SlotLoad slot) => _slots[slot] = 0;

    /// <summary>Adds a GPU to those that gauges observe.</summary>
    public void Add(IGpuSensor gpu) => _gpus[gpu] = 0;

    /// <summary>Adds a folder whose file system is reported.</summary>
    /// <param name="name">The folder's role for the silo, such as "data": a member of a closed set.</param>
    /// <param name="path">Its path.</param>
    public void AddFolder(string name, string path) => _folders[name] = path;

    /// <summary>Adds a certificate whose expiry is reported.</summary>
    /// <param name="name">Its role for the silo, such as "server": a member of a closed set.</param>
    /// <param name="ends">Called at every observation: certificates may be exchanged while a silo runs.</param>
    public void AddCertificate(string name, Func<DateTimeOffset> ends) => _certificates[name] = ends;

    /// <summary>Sets the source of the number of lost silos.</summary>
    /// <param name="lost">Called at every observation.</param>
    public void AddLosses(Func<long> lost) => _silosLost = lost;

    /// <summary>Sets the source of the numbers of jobs that wait.</summary>
    /// <param name="waits">Called at every observation.</param>
    public void AddWaits(Func<IReadOnlyDictionary<WaitCause, int>> waits) => _waits = waits;

    /// <summary>
    /// Sets counters to 0, so that Prometheus sees the first event as a rise. Call it once there is a listener. Failures of
    /// <c>cluster.evaluation.count</c> are left out: by kind of work and of failure they would be too many unused series.
    /// </summary>
    public void Begin()
    {
        foreach (string work in Labels.Works)
        {
            Looked(work, images: 0);
            foreach (var source in Enum.GetValues<ResultSource>())
            {
                Evaluated(work, Labels.Of(source), failure: null, times: 0);
            }
        }

        foreach (var kind in Enum.GetValues<FailureKind>())
        {
            Retried(kind, times: 0);
            Restarted(kind, times: 0);
        }

        foreach (var verdict in Enum.GetValues<ProofVerdict>())
        {
            Proved(verdict, times: 0);
        }

        Received(0);
        Sent(0);
    }

    /// <summary>The silo stops normally: its last report is that it has no slots.</summary>
    public void Leave() => _hasLeft = true;

    /// <param name="failure">Null for a result.</param>
    /// <param name="times">How often.</param>
    public void Evaluated(string work, string source, FailureKind? failure, int times = 1) =>
        _evaluations.Add(
            times,
            Labelled(
                Error(failure), new("cluster.work", work), new("cluster.source", source), new("cluster.outcome", Outcome(failure))));

    /// <summary>A result was computed on images.</summary>
    public void Looked(string work, long images) => _images.Add(images, new KeyValuePair<string, object?>("cluster.work", work));

    public void Retried(FailureKind failure, int times = 1)
    {
        _retries.Add(times, Labelled(Error(failure)));
        if (failure == FailureKind.LeaseExpired)
        {
            _leases.Add(times);
        }
    }

    /// <summary>An evaluator process was given up.</summary>
    public void Restarted(FailureKind reason, int times = 1) =>
        _restarts.Add(times, new KeyValuePair<string, object?>("cluster.reason", Labels.Of(reason)));

    /// <summary>A deployed winner was proved.</summary>
    public void Proved(ProofVerdict verdict, int times = 1) =>
        _proofs.Add(times, new KeyValuePair<string, object?>("cluster.verdict", Labels.Of(verdict)));

    public void Received(long bytes) => _artefactBytes.Add(bytes, new KeyValuePair<string, object?>("cluster.direction", "in"));

    public void Sent(long bytes) => _artefactBytes.Add(bytes, new KeyValuePair<string, object?>("cluster.direction", "out"));

    /// <param name="error">Type of the error, or null for a result.</param>
    public void CandidateEnded(string work, string deviceClass, TimeSpan duration, string? error) => _candidateDuration.Record(
        duration.TotalSeconds,
        Labelled(
            error,
            new("cluster.work", work),
            new("cluster.device_class", deviceClass),
            new("cluster.outcome", error is null ? "succeeded" : "failed")));

    public void StageEnded(string stage, TimeSpan duration) =>
        _stageDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("cluster.stage", stage));

    public void Appended(TimeSpan duration, string? error) =>
        _appendDuration.Record(duration.TotalSeconds, Labelled(error));

    public void Opened(TimeSpan duration, string? error) =>
        _openDuration.Record(duration.TotalSeconds, Labelled(error));

    public void Folded(TimeSpan duration) => _foldDuration.Record(duration.TotalSeconds);

    public void Called(string method, string status, TimeSpan duration, string? error) => _callDuration.Record(
        duration.TotalSeconds,
        Labelled(error, new("rpc.system.name", "grpc"), new("rpc.method", method), new("rpc.response.status_code", status)));

    public void Dispose() => _meter.Dispose();

    private static string Outcome(FailureKind? failure) => failure is null ? "succeeded" : "failed";

    private static string? Error(FailureKind? failure) => failure is { } kind ? Labels.Of(kind) : null;

    // A label without a value would be sent as an empty one.
    private static TagList Labelled(string? error, params ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var all = new TagList(labels);
        if (error is not null)
        {
            all.Add("error.type", error);
        }

        return all;
    }

    private Histogram<double> Durations(string name, string meaning, IReadOnlyList<double> bounds) => _meter.CreateHistogram(
        name, "s", meaning, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });

    // Two machines write a journal, one after another, and their clocks differ.
    private double OldestQueued() =>
        _jobs.Keys.Min(job => job.OldestQueued) is { } oldest ? Math.Max(0, (_time.GetUtcNow() - oldest).TotalSeconds) : 0;

    // A folder whose file system is temporarily unavailable has no value.
    private IEnumerable<Measurement<long>> FreeBytes() =>
        from folder in _folders
        let drive = new DriveInfo(folder.Value)
        where drive.IsReady
        select new Measurement<long>(drive.AvailableFreeSpace, new KeyValuePair<string, object?>("cluster.folder", folder.Key));

    private IEnumerable<Measurement<long>> CertificateEnds() => _certificates.Select(certificate => new Measurement<long>(
        certificate.Value().ToUnixTimeSeconds(), new KeyValuePair<string, object?>("cluster.certificate", certificate.Key)));

    // Gateways do not know losses.
    private IEnumerable<Measurement<long>> SilosLost() => _silosLost is { } lost ? [new(lost())] : [];

    // Gateways coordinate none.
    private IEnumerable<Measurement<int>> Waiting() => _waits?.Invoke() is { } waits
        ? Enum.GetValues<WaitCause>().Select(cause => new Measurement<int>(
            waits.GetValueOrDefault(cause), new KeyValuePair<string, object?>("cluster.cause", Labels.Of(cause))))
        : [];

    private IEnumerable<Measurement<int>> Active() => Enum.GetValues<JobStatus>()
        .Where(status => !status.HasEnded())
        .Select(status => new Measurement<int>(
            _jobs.Keys.Count(job => job.Status == status), new KeyValuePair<string, object?>("cluster.state", Labels.Of(status))));

    private IEnumerable<Measurement<int>> Slots(Func<IEnumerable<SlotLoad>, int> count) => _slots.Keys
        .GroupBy(slot => slot.DeviceClass, StringComparer.Ordinal)
        .Select(slots => new Measurement<int>(
            _hasLeft ? 0 : count(slots), new KeyValuePair<string, object?>("cluster.device_class", slots.Key)));
}

/// <summary>Whether a slot is busy.</summary>
internal sealed class SlotLoad(string deviceClass)
{
    private volatile bool _isBusy;

    public string DeviceClass => deviceClass;

    public bool IsBusy
    {
        get => _isBusy;
        set => _isBusy = value;
    }
}

/// <summary>
/// Upper bounds of histogram buckets, in seconds. OpenTelemetry's defaults are meant for milliseconds: everything below five seconds would
/// be in one bucket.
/// </summary>
internal static class DurationBounds
{
    /// <summary>Attempts and their stages: from a cached result to a fine-tuning of hours.</summary>
    public static IReadOnlyList<double> OfWork { get; } =
        [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400];

    /// <summary>Journals: from one line to a disk or a database that hardly answers.</summary>
    public static IReadOnlyList<double> OfStorage { get; } =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Calls: the bounds that OpenTelemetry's conventions for RPC give.</summary>
    public static IReadOnlyList<double> OfCalls { get; } =
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
}
