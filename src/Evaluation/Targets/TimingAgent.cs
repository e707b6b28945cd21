using System.ComponentModel;
using System.Text.Json;

namespace Cluster.Evaluation.Targets;

/// <summary>
/// Times files on another machine, such as a board without libtorch: a command, usually of ssh, that starts Cluster.Agent there and
/// connects its standard input and output. It is started when first needed, and again after a failure. Thread-safe.
/// </summary>
/// <param name="command">For the shell.</param>
/// <param name="time">The clock of its limits; null: the system's.</param>
internal sealed class TimingAgent(string command, TimeProvider? time = null) : IDisposable
{
    /// <summary>The environment variable with the command.</summary>
    public const string Variable = "CLUSTER_TIMING_AGENT";

    /// <summary>How long an agent may take to greet: a board answers at once, and there is no one to type a password.</summary>
    internal static readonly TimeSpan Greeting = TimeSpan.FromSeconds(30);

    // A board may be slow to open a network, and run it for seconds where six sittings at least are measured.
    private const int Patience = 60;
    private const double SlowestBytesPerSecond = 100_000;

    private static readonly TimeSpan Opening = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UsualSittings = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _turn = new();
    private readonly HashSet<string> _there = new(StringComparer.Ordinal);
    private Process? _process;
    private BufferedStream? _answers;
    private AgentHello? _hello;
    private string? _said;

    /// <summary>This process's; null where the environment names none.</summary>
    public static TimingAgent? Configured { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } command ? new TimingAgent(command) : null;

    /// <summary>Processor or board, cores and instruction set of the machine.</summary>
    /// <exception cref="JobException">The agent cannot be started.</exception>
    public string Machine => Hello().Machine;

    /// <summary>The runtime that times there, with its version.</summary>
    /// <exception cref="JobException">The agent cannot be started.</exception>
    public string Runtime => Hello().Runtime;

    /// <inheritdoc cref="TargetTiming.Measure"/>
    /// <exception cref="JobException">The agent failed; the message says why.</exception>
    public TimedFiles Time(
        IReadOnlyList<ModelFile> files,
        int threads,
        IReadOnlyList<TensorData> inputs,
        SittingOptions options,
        CancellationToken cancellation) =>
        Ask(files, threads, inputs, options, cancellation).Timed ?? throw Failure("answered something else");

    /// <summary>Times of a network's kernels.</summary>
    /// <inheritdoc cref="Time"/>
    public IReadOnlyList<OrtNodeTime> Profile(
        ModelFile file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation) =>
        Ask([file], threads, inputs, null, cancellation).Kernels ?? throw Failure("answered something else");

    /// <summary>How long an answer may take: with what is sent, and a multiple of the sittings.</summary>
    /// <param name="bytes">Of files and inputs.</param>
    /// <param name="sittings">What is asked for; null: a profile.</param>
    internal static TimeSpan Limit(long bytes, SittingOptions? sittings) =>
        Opening + ((sittings?.TimeCap ?? UsualSittings) * Patience) + TimeSpan.FromSeconds(Math.Ceiling(bytes / SlowestBytesPerSecond));

    /// <summary>Ends the agent.</summary>
    public void Dispose()
    {
        lock (_turn)
        {
            Stop();
        }
    }

    private AgentReply Ask(
        IReadOnlyList<ModelFile> files,
        int threads,
        IReadOnlyList<TensorData> inputs,
        SittingOptions? sittings,
        CancellationToken cancellation)
    {
        if (files.FirstOrDefault(file => file.IsApart) is { } large)
        {
            throw new JobException(
                $"A network of {large.Length} bytes cannot be timed by an agent, which takes {ModelFile.MostBytes} at most: time it here.");
        }

        lock (_turn)
        {
            _ = Hello();
            ModelFile[] unknown = [.. files.DistinctBy(file => file.Digest).Where(file => !_there.Contains(file.Digest))];
            var (to, from) = (_process!.StandardInput.BaseStream, _answers!);
            var reply = Attempt(
                () => Exchange(to, from, files, unknown, threads, inputs, sittings),
                Limit(unknown.Sum(file => (long)file.Message.Length) + inputs.Sum(input => (long)input.Bytes.Length), sittings),
                "answer",
                "ended",
                cancellation);
            _there.Clear();
            _there.UnionWith(files.Select(file => file.Digest));
            return reply.Error is null ? reply : throw Failure($"could not do it: {reply.Error}");
        }
    }

    // A command that fails may say why, which has been read when it has ended.
    private T Attempt<T>(Func<T?> step, TimeSpan limit, string purpose, string failed, CancellationToken cancellation = default)
        where T : class
    {
        var fault = JobFault.Content;
        try
        {
            // Who waits may go: a read ends with the agent, or later than it where a program of its shell holds the streams open.
            if (Task.Run(step, CancellationToken.None).WaitAsync(limit, _time, cancellation).GetAwaiter().GetResult() is { } done)
            {
                return done;
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            Stop();
            throw;
        }
        catch (TimeoutException)
        {
            failed = string.Create(CultureInfo.InvariantCulture, $"did not {purpose} within {limit.TotalSeconds:0} s");
            fault = JobFault.Unreachable;
        }
        catch (Exception failure) when (failure is IOException or JsonException or Win32Exception)
        {
            failed += $" ({failure.Message.TrimEnd('.')})";
        }

        Stop();
        cancellation.ThrowIfCancellationRequested();
        throw Failure(failed, fault);
    }

    private static AgentReply? Exchange(
        Stream to,
        Stream from,
        IReadOnlyList<ModelFile> files,
        IReadOnlyList<ModelFile> unknown,
        int threads,
        IReadOnlyList<TensorData> inputs,
        SittingOptions? sittings)
    {
        AgentWire.Write(to, new AgentRequest(
            [.. files.Select(file => file.Digest)],
            [.. unknown.Select(file => new AgentFile(file.Digest, file.Message.Length))],
            [.. inputs.Select(input => new AgentInput(input.Type, input.Shape, input.Bytes.Length))],
            threads,
            sittings));
        foreach (var bytes in unknown.Select(file => (ReadOnlyMemory<byte>)file.Message).Concat(inputs.Select(input => input.Bytes)))
        {
            to.Write(bytes.Span);
        }

        to.Flush();
        return AgentWire.Read<AgentReply>(from);
    }

    private AgentHello Hello()
    {
        lock (_turn)
        {
            if (_hello is null || _process is null)
            {
                _hello = Attempt(Start, Greeting, "greet", "did not start");
            }

            return _hello;
        }
    }

    private AgentHello? Start()
    {
        _process = Process.Start(Shell.Of(command, isAsked: true))!;
        _process.ErrorDataReceived += (_, line) => _said = string.IsNullOrWhiteSpace(line.Data) ? _said : line.Data.Trim();
        _process.BeginErrorReadLine();
        _answers = new BufferedStream(_process.StandardOutput.BaseStream);
        return AgentWire.Read<AgentHello>(_answers);
    }

    private void Stop()
    {
        _process?.Kill(entireProcessTree: true);
        WaitForEnd();
        _process?.Dispose();
        _answers?.Dispose();
        _process = null;
        _there.Clear();
    }

    // With what it says last.
    private void WaitForEnd()
    {
        using var limit = new CancellationTokenSource(Farewell);
        try
        {
            _process?.WaitForExitAsync(limit.Token).GetAwaiter().GetResult();
        }
        catch (OperationCanceledException)
        {
            // A program that its shell left behind holds the streams open.
        }
    }

    private TimingAgentException Failure(string what, JobFault fault = JobFault.Content) => new(
        $"The timing agent '{command}' {what}{(_said is { } said ? $", it said '{said}'" : string.Empty)}: {Variable} is to name a command "
        + "that starts Cluster.Agent, of this version, on the machine to time on.")
    {
        FailsOn = fault,
    };
}
