using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Artefacts;
using Cluster.Evaluation.Measuring;
using Cluster.Evaluation.Targets;
using Cluster.Evaluation.Targets.Libtorch;
using Cluster.Kernels;
using Cluster.Kernels.Evaluation.Measurement;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Execution.Files;
using Cluster.Kernels.Execution.Recording;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Runtimes.Timing;
using static TorchSharp.torch;

namespace Cluster.Evaluation.Tests.Targets;

/// <summary>Timing on a device that has a clock of its own and repeats runs, or refuses to.</summary>
public sealed class QueuedRunTests
{
    [Fact]
    public void Measure_DeviceThatRecordsNothing_TimesByItsClockAndSaysWhy()
    {
        using var sample = Sample.Small();
        var (_, lazy) = sample.Evaluator();
        using (lazy)
        {
            var target = new QueuingTarget();
            var setup = lazy.Value with { Target = target };
            string[] groups = [.. setup.Translator.Decided.Select(group => group.Name)];
            var plan = Plan.Uniform(GroupFormat.Int8, Sample.Target, groups, "max", biasCorrection: false);

            var result = new LatencyMeasurer(setup).Measure(new LatencyItem("context", plan), CancellationToken.None);

            (result.MedianMs, result.Float32MedianMs, result.IqrMs).ShouldBe((3, 3, 0));
            result.Unrecorded.ShouldBe("The box has no tape.");
            target.Timers.ShouldBe(2);
            target.Open.ShouldBe(0, "timers and networks are freed");
        }
    }

    // A file of the executor's on the processor; its runs take 3 ms by the box's clock.
    private sealed class QueuingTarget : ITarget
    {
        public string Name => "box";

        public string Runtime => "box 1";

        public string Device => "box";

        public int Timers { get; private set; }

        public int Open { get; private set; }

        public void RequireUsable()
        {
        }

        IRuntimeNetwork ITarget.Open(byte[] file, int threads, string name) => new Network(this, QuantizedModel.Load(file, name));

        public KernelTimes Profile(
            GroupedGraph graph, byte[] file, int threads, IReadOnlyList<TensorData> inputs, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public ParityReport Check(
            FloatNetwork float32, BuiltArtefact artefact, ImageBatches images, OutputKind outputs, CancellationToken cancellation) =>
            throw new NotSupportedException();

        private sealed class Network(QueuingTarget target, QuantizedModel model) : IRuntimeNetwork
        {
            public void Run(IReadOnlyList<TensorData> inputs, Span<float> logits) => throw new NotSupportedException();

            public ITimedRun Prepare(IReadOnlyList<TensorData> inputs)
            {
                var box = new Box(target);
                return new QueuedRun(new RecordedModel(model, box), model.Place(inputs), box, threads: 1);
            }

            public void Dispose() => model.Dispose();
        }

        private sealed class Box : IDeviceRecorder, IWorkTimer
        {
            private readonly QueuingTarget _target;

            public Box(QueuingTarget target)
            {
                _target = target;
                target.Timers++;
                target.Open++;
            }

            public IRecordedWork Record(Func<IReadOnlyList<Tensor>> work) =>
                throw new RecordingRefusedException("The box has no tape.", new KernelException("none"));

            public TimeSpan Time(Action work)
            {
                work();
                return TimeSpan.FromMilliseconds(3);
            }

            public void Dispose() => _target.Open--;
        }
    }
}
