using System.Collections.Concurrent;
using Google.Rpc;
using Status = Grpc.Core.Status;

namespace Cluster.Client.Tests.Faking;

/// <summary>What the fake server has, what it was asked, and what is to go wrong.</summary>
internal sealed class FakeState
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<RpcException?>> _faults = new(StringComparer.Ordinal);

    public List<Job> Jobs { get; } = [];

    public List<Candidate> Candidates { get; } = [];

    public List<Node> Nodes { get; } = [];

    /// <summary>What WatchJob tells, by sequence number.</summary>
    public List<JobEvent> Events { get; } = [];

    public ConcurrentDictionary<string, byte[]> Store { get; } = new(StringComparer.Ordinal);

    /// <summary>Every call, in order.</summary>
    public ConcurrentQueue<(string Method, IMessage Request, Metadata Headers)> Calls { get; } = [];

    /// <summary>Set once there was a call.</summary>
    public TaskCompletionSource Called { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When GetJob answers.</summary>
    public Task GetJobWaitsFor { get; set; } = Task.CompletedTask;

    /// <summary>Bytes of chunks that came in for each upload.</summary>
    public ConcurrentQueue<long> Received { get; } = [];

    /// <summary>For each UploadArtefact call to come, after how many bytes its connection breaks.</summary>
    public ConcurrentQueue<int> UploadBreaks { get; } = [];

    /// <summary>As many UploadArtefact calls to come get on without their first message.</summary>
    public ConcurrentQueue<bool> LostHeaders { get; } = [];

    /// <summary>For each WatchJob call to come, after how many events it breaks with UNAVAILABLE; none left: it does not.</summary>
    public ConcurrentQueue<int> WatchBreaks { get; } = [];

    /// <summary>For each WatchJob call to come, after how many events it ends with OK though the job goes on.</summary>
    public ConcurrentQueue<int> WatchEnds { get; } = [];

    /// <summary>What happens as a stream is ended so.</summary>
    public Action WatchEnded { get; set; } = () => { };

    /// <summary>For each WatchJob call to come, after how many events it says nothing any more.</summary>
    public ConcurrentQueue<int> WatchSilences { get; } = [];

    /// <summary>Set once a WatchJob call has fallen silent.</summary>
    public TaskCompletionSource Silent { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether WatchJob tells the last event before the asked ones again.</summary>
    public bool RepeatsEvents { get; set; }

    /// <summary>For each DownloadArtefact call to come, after how many bytes it breaks with UNAVAILABLE.</summary>
    public ConcurrentQueue<int> DownloadBreaks { get; } = [];

    /// <summary>Whether downloads have a bit flipped.</summary>
    public bool CorruptsDownloads { get; set; }

    /// <summary>What jobs that end fail on.</summary>
    public JobFault FailsOn { get; set; }

    /// <summary>Ends what the server still does.</summary>
    public CancellationTokenSource End { get; } = new();

    public IEnumerable<T> Requests<T>()
        where T : IMessage => Calls.Select(call => call.Request).OfType<T>();

    /// <summary>Lets the next calls of a method fail; null: one of them does not.</summary>
    public void Fail(string method, params RpcException?[] faults)
    {
        foreach (var fault in faults)
        {
            _faults.GetOrAdd(method, _ => []).Enqueue(fault);
        }
    }

    /// <summary>Notes a call, and fails it where it is to fail.</summary>
    public void Enter(string method, IMessage request, ServerCallContext context)
    {
        Calls.Enqueue((method, request, context.RequestHeaders));
        Called.TrySetResult();
        if (_faults.TryGetValue(method, out var queue) && queue.TryDequeue(out var fault) && fault is not null)
        {
            throw fault;
        }
    }

    public Job Require(string name) =>
        Jobs.Find(job => job.Name == name) ?? throw Error(StatusCode.NotFound, "JOB_UNKNOWN", $"No job {name}.");

    /// <summary>Stores bytes as a published file.</summary>
    public Artefact Publish(string role, byte[] bytes)
    {
        string sha = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Store[sha] = bytes;
        return new Artefact { Name = $"artefacts/{sha}", Sha256 = sha, SizeBytes = bytes.Length, Role = role };
    }

    public void AddEvent(JobEvent happened)
    {
        happened.Sequence = Events.Count + 1;
        happened.Time = Timestamp.FromDateTime(new DateTime(2026, 11, 20, 12, 0, Events.Count % 60, DateTimeKind.Utc));
        Events.Add(happened);
    }

    public void AddState(JobState state, string reason = "") =>
        AddEvent(new JobEvent { StateChanged = new JobStateChanged { State = state, Reason = reason } });

    /// <summary>An error as the contract has them.</summary>
    public static RpcException Error(StatusCode code, string reason, string message, params (string Field, string Description)[] violations)
    {
        var details = new Google.Rpc.Status
        {
            Code = (int)code,
            Message = message,
            Details = { Any.Pack(new ErrorInfo { Reason = reason, Domain = "cluster" }) }
        };
        if (violations.Length > 0)
        {
            var request = new BadRequest();
            request.FieldViolations.AddRange(violations.Select(
                violation => new BadRequest.Types.FieldViolation { Field = violation.Field, Description = violation.Description }));
            details.Details.Add(Any.Pack(request));
        }

        return new RpcException(new Status(code, message), new Metadata { { "grpc-status-details-bin", details.ToByteArray() } });
    }

    /// <summary>A server that lives in a cluster that is unavailable.</summary>
    public static RpcException AskedForPatience() =>
        Delayed(StatusCode.Unavailable, "A part of the cluster does not answer.", TimeSpan.FromSeconds(1));

    public static RpcException Exhausted(string reason, TimeSpan delay) =>
        Delayed(StatusCode.ResourceExhausted, "There is too much of it.", delay, new ErrorInfo { Reason = reason, Domain = "cluster" });

    public static RpcException StillChecks() => Delayed(
        StatusCode.Unavailable, "It goes on.", TimeSpan.Zero, new ErrorInfo { Reason = "CHECK_UNDER_WAY", Domain = "cluster" });

    public static RpcException Unavailable(string message = "going down") => new(new Status(StatusCode.Unavailable, message));

    private static RpcException Delayed(StatusCode code, string message, TimeSpan delay, params IEnumerable<IMessage> details)
    {
        var status = new Google.Rpc.Status { Code = (int)code, Message = message };
        status.Details.AddRange(details.Append(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }).Select(Any.Pack));
        return new RpcException(new Status(code, message), new Metadata { { "grpc-status-details-bin", status.ToByteArray() } });
    }
}
