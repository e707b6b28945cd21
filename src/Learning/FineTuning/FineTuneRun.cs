using Cluster.Learning.FineTuning.Checkpoints;
using static TorchSharp.torch;

namespace Cluster.Learning.FineTuning;

/// <summary>
/// One fine-tuning, from its start or its checkpoint to its end. Its tensors belong to the dispose scope in which it is created.
/// </summary>
internal sealed class FineTuneRun : IDisposable
{
    private const int LargestRollBacks = 5;

    private readonly FineTuneOptions _options;
    private readonly ImageBatches _validation;
    private readonly ProgramBuilder _programs;
    private readonly TrainedNetwork _trained;
    private readonly ShardTeam _team;
    private readonly TrainingIteration _iteration;
    private readonly ParameterUpdate _update;
    private readonly TrainingLoader _loader;
    private readonly LearningRateSchedule _schedule;
    private readonly CheckpointFolder _checkpoints;
    private readonly TrainingMemory _memory;

    public FineTuneRun(QuantizedNetwork start, FineTuneOptions options, string identity, ImageBatches training, ImageBatches validation)
    {
        _options = options;
        _validation = validation;
        _programs = new ProgramBuilder(start.Graph, hasGradients: true, options.Device);
        _trained = new TrainedNetwork(start, relativeScales: options.Optimizer == TrainingOptimizer.AdamW, options.Device);
        _team = new ShardTeam(options.Device.IsHost ? options.Parts : 1); // a device has its own threads
        var images = training.RequireImages();
        _iteration = new TrainingIteration(
            _trained, _programs.Whole(), options, [images.Channels, images.Height, images.Width], _team);
        _update = options.Optimizer == TrainingOptimizer.Sgd
            ? new SgdUpdate(_trained.Parameters, FineTuneOptions.Momentum, options.WeightDecay, nesterov: true)
            : new AdamWUpdate(_trained.Parameters, options.WeightDecay);
        _loader = new TrainingLoader(images, training.Preprocess!, options.BatchSize, options.Seed);
        long iterations = (long)options.Epochs * _loader.Batches;
        _schedule = new LearningRateSchedule
        {
            Initial = options.RateFor(start),
            Iterations = iterations,
            WarmUp = (long)(options.WarmUp * iterations),
            Decay = options.Decay,
            FinalShare = FineTuneOptions.FinalShare,
        };
        _checkpoints = new CheckpointFolder(options.State, identity);
        _memory = new TrainingMemory(
            identity,
            new NamedTensors([.. _trained.Parameters.Select(parameter => (parameter.Name, (Tensor)parameter.Value))]),
            new NamedTensors(_update.State));
    }

    private TrainingState State
    {
        get => _memory.State;
        set => _memory.State = value;
    }

    public TrainingOutcome Complete(IProgress<FineTuneProgress>? progress, Yielding? yielding, CancellationToken cancellation)
    {
        long resumedAt = Begin();
        while (!State.Ended)
        {
            try
            {
                if (!Epoch(progress, yielding, cancellation))
                {
                    RollBack();
                }
            }
            catch (OperationCanceledException)
            {
                _checkpoints.SaveLatest(_memory.Save());
                throw;
            }
        }

        _memory.TakeBest();
        return new TrainingOutcome(_trained.Finish(), State.Log, State.Best, State.RolledBack, resumedAt);
    }

    public void Dispose()
    {
        _team.Dispose();
        _programs.Dispose();
    }

    private long Begin()
    {
        if (_checkpoints.Open(checkpoint => TrainingMemory.StateOf(checkpoint).Iteration) is { } checkpoint)
        {
            Restore(checkpoint);
            return State.Iteration;
        }

        State = State with { Log = [Validated(0, loss: null, rate: 0)] };
        _memory.KeepBest();
        _checkpoints.SaveEpoch(_memory.Save());
        return 0;
    }

    /// <summary>Runs the rest of an epoch.</summary>
    /// <returns>False if the loss stopped being finite; the parameters are then those before that iteration.</returns>
    private bool Epoch(IProgress<FineTuneProgress>? progress, Yielding? yielding, CancellationToken cancellation)
    {
        int epoch = (int)(State.Iteration / _loader.Batches);
        int first = (int)(State.Iteration % _loader.Batches);
        foreach (var batch in _loader.Epoch(epoch, first, cancellation))
        {
            cancellation.ThrowIfCancellationRequested();
            if (yielding?.IsDue() == true)
            {
                _loader.Pause(yielding.GiveWay);
            }

            double rate = _schedule.At(State.Iteration) * Math.Pow(0.5, State.RolledBack);
            if (Iteration(batch, rate) is not { } loss)
            {
                return false;
            }

            TrainingMeter.Record(loss, rate);
            State = State with
            {
                Iteration = State.Iteration + 1,
                LossSum = State.LossSum + (loss * batch.Count),
                Images = State.Images + batch.Count
            };
            bool ends = State.Iteration % _loader.Batches == 0;
            if (ends)
            {
                EndEpoch(epoch + 1, rate);
            }
            else if (_options.CheckpointEvery > 0 && State.Iteration % _options.CheckpointEvery == 0)
            {
                _checkpoints.SaveLatest(_memory.Save());
            }

            progress?.Report(
                new FineTuneProgress(State.Iteration, _schedule.Iterations, epoch + 1, loss, ends ? State.Log[^1] : null));
        }

        return true;
    }

    // Null if the loss or a gradient is not finite: then nothing was changed.
    private double? Iteration(TrainingBatch batch, double rate)
    {
        using var scope = NewDisposeScope();
        var (loss, gradients) = _iteration.Run(batch);
        bool freezesRanges = State.Iteration >= _options.FreezeRangesAfter * _schedule.Iterations;
        try
        {
            // What is frozen takes no part of the norm that all gradients may have together.
            foreach (var (parameter, gradient) in _trained.Parameters.Zip(gradients).Where(pair => freezesRanges && pair.First.IsRange))
            {
                gradient.zero_();
            }

            if (gradients.Count == 0
                || !double.IsFinite(GradientClipping.Clip(gradients, _options.ClipNorm > 0 ? _options.ClipNorm : double.PositiveInfinity)))
            {
                return null;
            }

            _update.Apply(gradients, rate, freezesRanges);
            _trained.Restrain();
            return loss;
        }
        finally
        {
            gradients.DisposeAll();
        }
    }

    private void EndEpoch(int epoch, double rate)
    {
        var done = Validated(epoch, State.LossSum / State.Images, rate);
        var best = State.Log[State.Best];
        State = State with { Log = [.. State.Log, done], LossSum = 0, Images = 0 };

        // Compares the loss, not the correct answers: over these few images the answers of good epochs differ by chance.
        if (done.ValidationLoss is { } loss && loss <= (best.ValidationLoss ?? double.PositiveInfinity))
        {
            State = State with { Best = epoch };
            _memory.KeepBest();
        }

        State = State with { Ended = epoch == _options.Epochs };
        _checkpoints.SaveEpoch(_memory.Save());
    }

    private FineTuneEpoch Validated(int epoch, double? loss, double rate)
    {
        int[] correct = new int[_validation.Count];
        double[] losses = new double[_validation.Count]; // sums over images
        _team.ForEach(
            correct.Length, batch => (correct[batch], losses[batch]) = _iteration.Validate(_validation, batch), CancellationToken.None);
        int images = _validation.Images.Count;
        double mean = losses.Sum() / images;
        return new FineTuneEpoch(epoch, loss, rate, correct.Sum(), images, double.IsFinite(mean) ? mean : null);
    }

    private void RollBack()
    {
        int rolledBack = State.RolledBack + 1;
        if (rolledBack > LargestRollBacks)
        {
            throw new KernelException(
                $"The loss is not a finite number at iteration {State.Iteration + 1}, after {LargestRollBacks} returns to the "
                + "beginning of the epoch with half the learning rate each; check the training images and their labels.");
        }

        Restore(_checkpoints.EpochStart);
        State = State with { RolledBack = rolledBack };
    }

    private void Restore(Checkpoint checkpoint)
    {
        _memory.Load(checkpoint);
        _update.Iterations = State.Iteration;
    }
}
