namespace Cluster.Coordinator.Model.Options;

/// <summary>The goal of a job.</summary>
public enum SearchGoal
{
    /// <summary>The fastest plan within the accepted loss; budgets, if any, apply as well.</summary>
    Fastest,

    /// <summary>The most accurate plan within the budgets of latency, size and bit operations, with any loss.</summary>
    Accurate,

    /// <summary>The plans that no other beats in both; of these the winner is the fastest within the accepted loss.</summary>
    Front,
}

/// <summary>How a job searches between its baselines and its final timing.</summary>
public enum StrategyKind
{
    /// <summary>Keeps the most harmful groups in FP32 until the plan is accurate enough, then reverts those that were not needed.</summary>
    Greedy,

    /// <summary>Simulated annealing over formats and calibrators of single groups, started at the best fully quantized plan.</summary>
    Anneal,

    /// <summary>Everything in 8 bits, then without the most sensitive groups one after another, then training: NVIDIA's ladder.</summary>
    Ladder,

    /// <summary>Plans solved for from the sweep's losses and the latency model, corrected by each measured plan.</summary>
    Knapsack,
}

/// <summary>The scope of one calibrator's choice.</summary>
public enum CalibratorScope
{
    /// <summary>Each group has its own: the one with the least divergence on held-back calibration images, without a label.</summary>
    Group,

    /// <summary>One for the whole network: each is evaluated on the labelled images.</summary>
    Network,
}

/// <summary>Whether the channels of neighbouring layers are scaled against each other before anything is quantized.</summary>
public enum ChannelScaling
{
    /// <summary>The network is quantized unchanged.</summary>
    Off,

    /// <summary>Cross-layer equalization: the same function, with ranges that differ less between channels.</summary>
    On,
}

/// <summary>Whether and how roundings are learned before the exploration, so that plans may use them group by group.</summary>
public enum RepairMethod
{
    /// <summary>Weights of every candidate are rounded to nearest.</summary>
    Never,

    /// <summary>AdaRound, layer by layer.</summary>
    AdaRound,

    /// <summary>BRECQ's roundings, block by block.</summary>
    Brecq,

    /// <summary>QDrop's roundings, block by block beside activations that are quantized at random.</summary>
    QDrop,

    /// <summary>
    /// AdaRound; BRECQ and then QDrop as well where plans are still not accurate enough that the time model says are faster than FP32.
    /// </summary>
    Auto,

    /// <summary>PaddleSlim's bias correction: mean and deviation of each channel's rounded weights made those of FP32's.</summary>
    WeightCorrection,
}

/// <summary>When a job learns roundings after its search.</summary>
public enum ReconstructionMode
{
    /// <summary>
    /// If error is left: a plan faster than the winner was refused only for its accuracy, or the winner is less accurate than FP32.
    /// </summary>
    Auto,

    /// <summary>Whenever there is a quantized plan.</summary>
    Always,

    /// <summary>Never. Not written into journals, which name a mode only if there is one.</summary>
    Never,
}

/// <summary>When a job trains its winner's numbers further.</summary>
public enum FineTuneMode
{
    /// <summary>If accuracy can be regained: the winner is quantized and less accurate than FP32, or nothing was accurate enough.</summary>
    Auto,

    /// <summary>Whenever the winner is quantized.</summary>
    Always,

    /// <summary>Never. Not written into journals, which name a mode only if there is one.</summary>
    Never,
}

/// <summary>The rule by which training changes numbers.</summary>
public enum OptimizerKind
{
    /// <summary>Adam with decoupled weight decay (AdamW).</summary>
    Adam,

    /// <summary>Stochastic gradient descent with Nesterov momentum of 0.9.</summary>
    Sgd,
}

/// <summary>How training anneals its learning rate.</summary>
public enum ScheduleKind
{
    /// <summary>Not at all.</summary>
    Constant,

    /// <summary>By the same factor each step, to 1 % of the first rate.</summary>
    Exponential,

    /// <summary>Along half a cosine, to 1 % of the first rate.</summary>
    Cosine,

    /// <summary>To a tenth after each third of the steps.</summary>
    Step,
}
