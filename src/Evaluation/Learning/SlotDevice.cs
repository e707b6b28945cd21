using Cluster.Evaluation.Failures;
using Cluster.Kernels;
using Cluster.Kernels.Tensors;

namespace Cluster.Evaluation.Learning;

/// <summary>The device of the slot whose child this process is: what is learned for a job is learned there.</summary>
public static class SlotDevice
{
    /// <summary>Environment variable of the child.</summary>
    public const string Variable = "CLUSTER_SLOT_DEVICE";

    /// <summary>
    /// The variable's value for a slot such as "cpu:1" or "cuda:2". A child sees its own GPU alone, as the first.
    /// </summary>
    public static string? Of(string slot) => slot.StartsWith("cuda:", StringComparison.Ordinal) ? "cuda:0" : null;

    /// <summary>Why a slot's GPU cannot be used on this machine, or null where it can.</summary>
    public static string? Problem(string slot)
    {
        try
        {
            ComputeDevice.Parse(slot).RequireUsable();
            return null;
        }
        catch (KernelException refusal)
        {
            return refusal.Message;
        }
    }

    /// <summary>The device to learn on.</summary>
    /// <exception cref="DeviceUnusableException">
    /// It is a GPU that libtorch cannot use: the fault is the slot's, and the work is done elsewhere. Nothing takes its place in silence.
    /// </exception>
    public static ComputeDevice Current()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } name)
        {
            return ComputeDevice.Cpu;
        }

        var device = ComputeDevice.Parse(name);
        try
        {
            device.RequireUsable();
            return device;
        }
        catch (KernelException refusal)
        {
            throw new DeviceUnusableException($"The slot's GPU cannot be used: {refusal.Message}", refusal);
        }
    }
}
