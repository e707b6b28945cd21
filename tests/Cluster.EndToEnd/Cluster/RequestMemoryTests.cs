using Cluster.Contract.V1;
using Google.Protobuf;

namespace Cluster.EndToEnd.Cluster;

/// <summary>What callers make a silo keep in memory by the size of their requests.</summary>
[Long]
public sealed class RequestMemoryTests : IDisposable
{
    private const int Calls = 24;
    private const int Bytes = 27_000_000;
    private const long MostBytes = 100_000_000;

    private static readonly Marshaller<byte[]> Raw = Marshallers.Create(bytes => bytes, bytes => bytes);
    private static readonly Method<byte[], byte[]> ListJobs =
        new(MethodType.Unary, "cluster.v1.JobService", nameof(ListJobs), Raw, Raw);

    private readonly WorkFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Silo_AskedByAReaderInHugeRequests_RefusesThemAndAnswersAnotherTenant()
    {
        await File.WriteAllLinesAsync(_folder["tokens"], [Line("reader", "read", "one"), Line("other", "read", "two")], Token);
        await using var silo = await new SiloProcess(_folder.Root, "--tokens", "tokens") { Program = "Silo" }.StartedAsync();
        using var other = GrpcChannel.ForAddress(silo.Address);
        await ListedAsync(other);
        await CallAsync(silo, States(10));
        await RefusedAsync(silo, States(100_000));
        byte[] huge = States(Bytes);
        await File.WriteAllTextAsync($"/proc/{silo.ProcessId}/clear_refs", "5", Token);
        long before = Memory(silo, "VmRSS");

        var refusals = Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => RefusedAsync(silo, huge)));
        var waits = new List<TimeSpan>();
        do
        {
            waits.Add(await ListedAsync(other));
        }
        while (!refusals.IsCompleted);

        var errors = await refusals;
        long peak = Memory(silo, "VmHWM");
        var alone = await ListedAsync(other);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{before} bytes, then at most {peak}; another tenant's {waits.Count} lists took "
            + $"{string.Join(", ", waits.Select(wait => $"{wait.TotalMilliseconds:0}"))} ms, alone {alone.TotalMilliseconds:0} ms");
        (peak - before).ShouldBeLessThan(MostBytes);
        errors.Select(error => error.StatusCode).Distinct().ShouldBe([StatusCode.ResourceExhausted]);
    }

    private static string Line(string name, string role, string tenant) =>
        $"name={name} role={role} tenant={tenant} sha256={Convert.ToHexStringLower(SHA256.HashData([.. name.Select(one => (byte)one)]))}";

    private static Metadata Bearer(string token) => new() { { "authorization", $"Bearer {token}" } };

    private static async Task<TimeSpan> ListedAsync(GrpcChannel channel)
    {
        long asked = Stopwatch.GetTimestamp();
        var jobs = await new JobService.JobServiceClient(channel).ListJobsAsync(
            new ListJobsRequest(), Bearer("other"), cancellationToken: Token);
        jobs.Jobs.ShouldBeEmpty();
        return Stopwatch.GetElapsedTime(asked);
    }

    // Packed enums take a byte each.
    private static byte[] States(int count)
    {
        using var bytes = new MemoryStream();
        using (var message = new CodedOutputStream(bytes, leaveOpen: true))
        {
            message.WriteTag(ListJobsRequest.StatesFieldNumber, WireFormat.WireType.LengthDelimited);
            byte[] states = new byte[count];
            Array.Fill(states, (byte)JobState.Running);
            message.WriteBytes(UnsafeByteOperations.UnsafeWrap(states));
        }

        return bytes.ToArray();
    }

    private static async Task<RpcException> RefusedAsync(SiloProcess silo, byte[] request) =>
        await Should.ThrowAsync<RpcException>(() => CallAsync(silo, request));

    // A connection each, as those of many programs: one connection alone is slowed down by HTTP/2.
    private static async Task CallAsync(SiloProcess silo, byte[] request)
    {
        using var channel = GrpcChannel.ForAddress(silo.Address, new GrpcChannelOptions { MaxSendMessageSize = null });
        using var call = channel.CreateCallInvoker().AsyncUnaryCall(
            ListJobs, host: null, new CallOptions(Bearer("reader"), cancellationToken: Token), request);
        await call.ResponseAsync;
    }

    private static long Memory(SiloProcess silo, string what) => 1024 * long.Parse(
        File.ReadLines($"/proc/{silo.ProcessId}/status").Single(line => line.StartsWith($"{what}:", StringComparison.Ordinal)).Split(
            ' ', StringSplitOptions.RemoveEmptyEntries)[^2].Split('\t')[^1],
        CultureInfo.InvariantCulture);
}
