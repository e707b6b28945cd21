using Cluster.Evaluation.Doctor;

namespace Cluster.Evaluation.Tests.Targets;

/// <summary>Timing by a process of Cluster.Agent, as on another machine.</summary>
public sealed class TimingAgentTests : IDisposable
{
    private static readonly SittingOptions Sittings = FileTimer.Options(threads: 1, files: 1, precision: double.PositiveInfinity);

    private readonly TimingAgent _agent = new($"'{BuiltProgram.Require("Agent")}'");

    private static IReadOnlyList<TensorData> Inputs =>
        [TensorData.FromFloats([1, 1, TinyNetwork.Side, TinyNetwork.Side], new float[TinyNetwork.Side * TinyNetwork.Side])];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _agent.Dispose();

    [Fact]
    public void Time_TwoNetworks_AreTimedInTurnThere()
    {
        var (one, other) = (Network(seed: 1), Network(seed: 2));
        foreach (var files in new ModelFile[][] { [one, other], [one, other], [other], [one, other] })
        {
            var timed = _agent.Time(files, threads: 1, Inputs, Sittings, Token);

            timed.Sittings.Count.ShouldBe(files.Length);
            timed.Sittings[0].Ratio.ShouldBe(new LatencyRatio(1, 1, 1));
            timed.Sittings.ShouldAllBe(sitting => sitting.Summary.MedianMs > 0 && sitting.Summary.Count >= 6);
        }

        _agent.Machine.ShouldBe(MachineDescription.Short());
        _agent.Runtime.ShouldBe($"onnxruntime {OrtRuntime.Version}");
    }

    [Fact]
    public void Profile_OfANetwork_HasItsKernels()
    {
        var file = Network();

        var kernels = _agent.Profile(file, threads: 1, Inputs, Token);

        kernels.Select(kernel => kernel.Operator).ShouldBe(OrtProfile.Take(file, 1, Inputs, Token).Select(kernel => kernel.Operator));
        kernels.ShouldAllBe(kernel => kernel.Runs >= 5);
    }

    [Fact]
    public void Time_ANetworkThatIsNone_IsRefusedWithItsReasonAndTheNextIsTimed()
    {
        var file = Network();

        Should.Throw<JobException>(() => _agent.Time([ModelFile.Of([1, 2, 3])], 1, Inputs, Sittings, Token))
            .Message.ShouldContain("could not do it: ONNX Runtime cannot open the model");
        _agent.Time([file], 1, Inputs, Sittings, Token).Sittings.ShouldHaveSingleItem();
    }

    [Fact]
    public void Time_CancelledMeanwhile_EndsTheAgentAndTheNextStartsAnother()
    {
        var file = Network();
        using var soon = new CancellationTokenSource();
        _ = _agent.Machine;
        soon.Cancel();

        Should.Throw<OperationCanceledException>(() => _agent.Time([file], 1, Inputs, Sittings, soon.Token));

        _agent.Time([file], 1, Inputs, Sittings, Token).Sittings.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("exit 3", "did not start")]
    [InlineData("echo no board here >&2; exit 1", "did not start, it said 'no board here'")]
    [InlineData("echo '{\"Machine\":\"a\",\"Runtime\":\"b\"}'; exit 0", "ended")]
    [InlineData("echo hello; sleep 60", "did not start (")]
    public void Time_ACommandThatIsNoAgent_SaysWhatToDo(string command, string said)
    {
        using var agent = new TimingAgent(command);
        var file = Network();

        string message = Should.Throw<JobException>(() => agent.Time([file], 1, Inputs, Sittings, Token)).Message;
        message.ShouldContain(said);
        message.ShouldEndWith("is to name a command that starts Cluster.Agent, of this version, on the machine to time on.");
    }

    [Fact]
    public async Task Machine_ACommandThatSaysNothing_EndsWithTheGreetingsLimit()
    {
        var time = new ManualTime();
        using var agent = new TimingAgent("cat > /dev/null", time);
        var armed = time.ArmedAsync(TimingAgent.Greeting);
        var doctor = Task.Run(() => MachineProbes.Judge(agent), Token);
        await armed;
        time.Advance(TimingAgent.Greeting);

        var finding = await doctor;

        finding.Level.ShouldBe(FindingLevel.Fail);
        finding.Found.ShouldContain("The timing agent 'cat > /dev/null' did not greet within 30 s: ");
    }

    [Fact]
    public async Task Time_AnAgentThatNeverAnswers_EndsWithAMultipleOfTheSittings()
    {
        var time = new ManualTime();
        using var agent = new TimingAgent("echo '{\"Machine\":\"a\",\"Runtime\":\"b\"}'; cat > /dev/null", time);
        _ = agent.Machine;
        var file = Network();
        var limit = TimingAgent.Limit(file.Message.Length + Inputs.Sum(input => input.Bytes.Length), Sittings);
        var armed = time.ArmedAsync(limit);
        var timed = Task.Run(() => agent.Time([file], 1, Inputs, Sittings, Token), Token);
        await armed;
        time.Advance(limit);

        var refusal = await Should.ThrowAsync<JobException>(() => timed);

        limit.ShouldBe(TimeSpan.FromSeconds(300 + (60 * 3) + 1));
        refusal.Message.ShouldContain("did not answer within 481 s: ");
        refusal.FailsOn.ShouldBe(JobFault.Unreachable);
    }

    private static ModelFile Network(int seed = 1) => OnnxWriter.Write(TinyNetwork.Graph(seed));
}
