namespace Cluster.Networks.Graphs.Onnx;

/// <summary>Sorts nodes so that every value is defined before it is used; among nodes that are ready the file's order is kept.</summary>
internal static class TopologicalOrder
{
    public static IReadOnlyList<GraphNode> Sort(
        IReadOnlyList<GraphNode> nodes,
        IReadOnlyList<ValueInfo> inputs,
        IReadOnlyList<ValueInfo> outputs,
        IReadOnlyDictionary<string, TensorData> initializers,
        string file)
    {
        var producer = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string output in nodes[i].Outputs.Where(output => output.Length > 0))
            {
                producer.Add(output, i);
            }
        }

        var free = inputs.Select(input => input.Name).Concat(initializers.Keys).ToHashSet(StringComparer.Ordinal);
        if (outputs.Count == 0)
        {
            throw new KernelException($"The model '{file}' has no output; a network needs at least one.");
        }

        foreach (ValueInfo output in outputs)
        {
            if (!free.Contains(output.Name) && !producer.ContainsKey(output.Name))
            {
                throw new KernelException(
                    $"The output '{output.Name}' of '{file}' is produced by no node; the file is damaged or was cut off.");
            }
        }

        var waiting = new int[nodes.Count];
        var consumers = new List<int>[nodes.Count];
        for (int i = 0; i < nodes.Count; i++)
        {
            foreach (string input in nodes[i].Inputs.Where(input => input.Length > 0).Distinct(StringComparer.Ordinal))
            {
                if (producer.TryGetValue(input, out int from))
                {
                    (consumers[from] ??= []).Add(i);
                    waiting[i]++;
                }
                else if (!free.Contains(input))
                {
                    throw new KernelException(
                        $"Node '{nodes[i].Name}' ({nodes[i].OpType}) of '{file}' reads the value '{input}', which nothing "
                        + "defines; the file is damaged or was cut off.");
                }
            }
        }

        return Drain(nodes, waiting, consumers, file);
    }

    private static List<GraphNode> Drain(IReadOnlyList<GraphNode> nodes, int[] waiting, List<int>[] consumers, string file)
    {
        var ready = new PriorityQueue<int, int>();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (waiting[i] == 0)
            {
                ready.Enqueue(i, i);
            }
        }

        var sorted = new List<GraphNode>(nodes.Count);
        while (ready.TryDequeue(out int next, out _))
        {
            sorted.Add(nodes[next]);
            foreach (int consumer in consumers[next] ?? [])
            {
                if (--waiting[consumer] == 0)
                {
                    ready.Enqueue(consumer, consumer);
                }
            }
        }

        if (sorted.Count < nodes.Count)
        {
            GraphNode stuck = nodes[Array.FindIndex(waiting, count => count > 0)];
            throw new KernelException(
                $"Node '{stuck.Name}' ({stuck.OpType}) of '{file}' is part of a cycle; a network must be free of cycles.");
        }

        return sorted;
    }
}
