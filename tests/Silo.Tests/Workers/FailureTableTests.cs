using Cluster.Evaluation.Failures;
using Cluster.Kernels;
using Cluster.Networks;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Workers;

public class FailureTableTests
{
    [Theory]
    [InlineData(0, false, "", FailureKind.NativeCrash)]
    [InlineData(1, false, "", FailureKind.NativeCrash)]
    [InlineData(139, false, "", FailureKind.NativeCrash)]
    [InlineData(134, true, "", FailureKind.NativeCrash)]
    [InlineData(134, false, "terminate called after throwing an instance of 'std::bad_alloc'", FailureKind.OutOfMemory)]
    [InlineData(134, false, "CUDA error: unspecified launch failure", FailureKind.NativeCrash)]
    [InlineData(134, false, "CUDA out of memory. Tried to allocate 2 GiB", FailureKind.OutOfMemory)]
    [InlineData(137, false, "", FailureKind.HostLost)]
    [InlineData(137, true, "", FailureKind.OutOfMemory)]
    [InlineData(143, false, "", FailureKind.HostLost)]
    public void Of_ExitOfAChild_IsARowOfTheTable(int code, bool memoryRanOut, string output, FailureKind expected)
    {
        var failure = ExitDiagnosis.Of(code, memoryRanOut, output);
        failure.Kind.ShouldBe(expected);
        failure.Reason.ShouldContain(output);
    }

    [Fact]
    public void Of_Exception_IsARowOfTheTableOrADefect()
    {
        (Exception Thrown, FailureKind? Expected)[] rows =
        [
            (new NotFiniteLogitsException("x"), FailureKind.NotFinite),
            (new OutOfMemoryException(), FailureKind.OutOfMemory),
            (new KernelException("DefaultCPUAllocator: can't allocate memory: you tried to allocate 8 bytes"), FailureKind.OutOfMemory),
            (new KernelException("CUDA out of memory"), FailureKind.OutOfMemory),
            (new KernelException("Conv 'CUDA error' failed in libtorch: CUDA error: an illegal memory access"), FailureKind.Unavailable),
            (new InvalidOperationException("CUDA error: an illegal memory access was encountered"), null),
            (new InvalidPlanException("There is no calibration method 'median'."), FailureKind.InvalidCandidate),
            (new ParityRefusedException("x"), FailureKind.ParityRefused),
            (new KernelException("'libonnxruntime.so' does not load."), FailureKind.Unavailable),
            (new DamagedFileException("The calibration file is damaged."), FailureKind.Unavailable),
            (new JobException("The lock file '/tmp/x' cannot be opened."), FailureKind.Unavailable),
            (new NodeUnfitException("x"), FailureKind.Unavailable),
            (new IOException("No space left on device"), FailureKind.Unavailable),
            (new AggregateException(new InvalidPlanException("x")), FailureKind.InvalidCandidate),
            (new TypeInitializationException("x", new DllNotFoundException("y")), FailureKind.Unavailable),
            (new InvalidOperationException("x"), null),
            (new IndexOutOfRangeException(), null),
        ];
        foreach (var (thrown, expected) in rows)
        {
            (EvaluationFailures.Of(thrown)?.Kind).ShouldBe(expected, thrown.ToString());
        }
    }

    [Fact]
    public void OfPlan_FaultOfTheMachine_IsNotThePlans()
    {
        EvaluationFailures.OfPlan(new KernelException("The plan asks for 9 bits.")).ShouldBeOfType<InvalidPlanException>();
        foreach (var machine in new[]
        {
            new DamagedFileException("The checkpoint is damaged."), new KernelException("CUDA out of memory"),
        })
        {
            EvaluationFailures.OfPlan(machine).ShouldBeSameAs(machine);
        }
    }

    [Fact]
    public async Task Text_MuchOutput_IsTheLastOfItOnOneLine()
    {
        var tail = new OutputTail();
        using var stream = new MemoryStream([.. Enumerable.Repeat((byte)'x', 100_000), .. "\nlast\u0007 words\r\n"u8]);
        await tail.ReadAsync(stream);
        tail.Text.ShouldEndWith("x last words");
        tail.Text.Length.ShouldBe(600);
    }
}
