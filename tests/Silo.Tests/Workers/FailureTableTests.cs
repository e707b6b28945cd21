using Cluster.Coordinator;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Failures;
using Cluster.Kernels;
using Cluster.Silo.Workers.Child;

namespace Cluster.Silo.Tests.Workers;

public class FailureTableTests
{
    [Theory]
    [InlineData(0, false, "", FailureKind.NativeCrash)]
    [InlineData(1, false, "", FailureKind.NativeCrash)]
    [InlineData(139, false, "", FailureKind.NativeCrash)]
    [InlineData(134, true, "", FailureKind.NativeCrash)]
    [InlineData(134, false, "terminate called after throwing an instance of 'std::bad_alloc'", FailureKind.OutOfMemory)]
    [InlineData(134, false, "CUDA error: unspecified launch failure", FailureKind.DeviceError)]
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
            (new KernelException("CUDA error: an illegal memory access was encountered"), FailureKind.DeviceError),
            (new KernelException("There is no calibration method 'median'."), FailureKind.InvalidCandidate),
            (new JobException("x"), FailureKind.InvalidCandidate),
            (new NodeUnfitException("x"), FailureKind.Unavailable),
            (new IOException("No space left on device"), FailureKind.Unavailable),
            (new AggregateException(new KernelException("x")), FailureKind.InvalidCandidate),
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
    public async Task Text_MuchOutput_IsTheLastOfItOnOneLine()
    {
        var tail = new OutputTail();
        using var stream = new MemoryStream([.. Enumerable.Repeat((byte)'x', 100_000), .. "\nlast\u0007 words\r\n"u8]);
        await tail.ReadAsync(stream);
        tail.Text.ShouldEndWith("x last words");
        tail.Text.Length.ShouldBe(600);
    }
}
