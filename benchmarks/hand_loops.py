"""The hand-written adjoints of the time loops: see hand.py."""

import numpy as np


def lotka_volterra(log_parameters, log_counts, steps_per_year):
    rates = np.exp(log_parameters[:4])
    birth, catch, death, growth = rates
    step = 1.0 / steps_per_year

    def rhs(state):
        prey, predator = state
        return np.array([prey * (birth - catch * predator), predator * (growth * prey - death)])

    tape, ends = [], []
    state = first_state = np.exp(log_parameters[4:])
    first_gap = log_parameters[4:] - log_counts[0]
    total = np.sum(first_gap**2)
    for observed in log_counts[1:]:
        for _ in range(steps_per_year):
            k1 = rhs(state)
            second = state + step / 2 * k1
            k2 = rhs(second)
            third = state + step / 2 * k2
            k3 = rhs(third)
            fourth = state + step * k3
            k4 = rhs(fourth)
            tape.append((state, second, third, fourth))
            state = state + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        gap = np.log(state) - observed
        ends.append((state, gap))
        total += np.sum(gap**2)

    # reverse sweep
    birth_bar = catch_bar = death_bar = growth_bar = 0.0

    def rhs_reverse(state, k_bar):
        nonlocal birth_bar, catch_bar, death_bar, growth_bar
        prey, predator = state
        prey_bar, predator_bar = k_bar
        grown, eaten = prey_bar * prey, predator_bar * predator
        birth_bar += grown
        catch_bar -= grown * predator
        death_bar -= eaten
        growth_bar += eaten * prey
        return np.array(
            [
                prey_bar * (birth - catch * predator) + eaten * growth,
                predator_bar * (growth * prey - death) - grown * catch,
            ]
        )

    state_bar = np.zeros(2)
    for _ in range(len(log_counts) - 1):
        state, gap = ends.pop()
        state_bar = state_bar + 2 * gap / state
        for _ in range(steps_per_year):
            state, second, third, fourth = tape.pop()
            shared = step / 6 * state_bar
            fourth_bar = rhs_reverse(fourth, shared)
            third_bar = rhs_reverse(third, 2 * shared + step * fourth_bar)
            second_bar = rhs_reverse(second, 2 * shared + step / 2 * third_bar)
            first_bar = rhs_reverse(state, shared + step / 2 * second_bar)
            state_bar = state_bar + first_bar + second_bar + third_bar + fourth_bar
    rates_bar = np.array([birth_bar, catch_bar, death_bar, growth_bar])
    return total, (np.concatenate([rates_bar * rates, state_bar * first_state + 2 * first_gap]),)


def kalman(log_deviations, mean, covariance, seen, interval=1.0):
    acceleration, sensor = np.exp(2 * log_deviations)
    plane = np.eye(2)
    f = np.kron(np.array([[1.0, interval], [0.0, 1.0]]), plane)
    h = np.kron(np.array([[1.0, 0.0]]), plane)
    push = np.array([[interval**4 / 4, interval**3 / 2], [interval**3 / 2, interval**2]])
    pushes = np.kron(push, plane)
    process_noise, observation_noise = acceleration * pushes, sensor * plane

    tape = []
    y = 0.0
    for z in seen:
        mean = f @ mean
        covariance = f @ covariance @ f.T + process_noise
        innovation = z - h @ mean
        seen_covariance = h @ covariance
        spread = seen_covariance @ h.T + observation_noise
        gain = np.linalg.solve(spread, seen_covariance).T
        _, log_determinant = np.linalg.slogdet(2 * np.pi * spread)
        scaled = np.linalg.solve(spread, innovation)
        y += 0.5 * (log_determinant + innovation @ scaled)
        tape.append((innovation, seen_covariance, spread, gain, scaled))
        mean = mean + gain @ innovation
        covariance = covariance - gain @ seen_covariance

    # reverse sweep; the covariances are symmetric
    process_bar, observation_bar = np.zeros((4, 4)), np.zeros((2, 2))
    mean_bar, covariance_bar = np.zeros(4), np.zeros((4, 4))
    while tape:
        innovation, seen_covariance, spread, gain, scaled = tape.pop()
        # update
        gain_bar = np.outer(mean_bar, innovation) - covariance_bar @ seen_covariance.T
        seen_covariance_bar = -gain.T @ covariance_bar
        innovation_bar = gain.T @ mean_bar + scaled
        # what the observation adds
        inverse = np.linalg.inv(spread)
        solved = inverse @ gain_bar.T
        spread_bar = 0.5 * (inverse - np.outer(scaled, scaled)) - solved @ gain
        seen_covariance_bar += solved + spread_bar @ h
        observation_bar += spread_bar
        # predict
        mean_bar = f.T @ (mean_bar - h.T @ innovation_bar)
        covariance_bar = covariance_bar + h.T @ seen_covariance_bar
        process_bar += covariance_bar
        covariance_bar = f.T @ covariance_bar @ f
    acceleration_bar = np.vdot(process_bar, pushes)
    sensor_bar = np.vdot(observation_bar, plane)
    return y, (2 * np.array([acceleration_bar * acceleration, sensor_bar * sensor]),)


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def lstm(layers, readout, start, sequence):
    states = [(hidden, cell) for hidden, cell in start]
    gates = [(*weight, *bias) for weight, bias in layers]
    first, second, third = readout
    scale = -1.0 / ((len(sequence) - 1) * sequence.shape[1])
    tape = []
    total = 0.0
    for t in range(len(sequence) - 1):
        x = sequence[t] * first
        new_states = []
        for (w0, w1, w2, w3, b0, b1, b2, b3), (hidden, cell) in zip(gates, states, strict=True):
            forget = sigmoid(x * w0 + b0)
            ingate = sigmoid(hidden * w1 + b1)
            outgate = sigmoid(x * w2 + b2)
            change = np.tanh(hidden * w3 + b3)
            new_cell = cell * forget + ingate * change
            bent = np.tanh(new_cell)
            tape.append((x, hidden, cell, forget, ingate, outgate, change, bent))
            x = outgate * bent
            new_states.append((x, new_cell))
        states = new_states
        prediction = x * second + third
        powers = np.exp(prediction)
        norm = np.sum(powers) + 2.0
        total += np.sum(sequence[t + 1] * (prediction - np.log(norm)))
        tape.append((x, powers, norm))

    # reverse sweep
    layers_bar, readout_bar = np.zeros_like(layers), np.zeros_like(readout)
    gates_bar = [(*weight_bar, *bias_bar) for weight_bar, bias_bar in layers_bar]  # views
    first_bar, second_bar, third_bar = readout_bar
    state_bars = [(0.0, 0.0)] * len(layers)
    for t in range(len(sequence) - 2, -1, -1):
        x, powers, norm = tape.pop()
        target = sequence[t + 1]
        prediction_bar = scale * (target - powers * (np.sum(target) / norm))
        second_bar += prediction_bar * x
        third_bar += prediction_bar
        x_bar = prediction_bar * second
        for i in range(len(layers) - 1, -1, -1):
            x, hidden, cell, forget, ingate, outgate, change, bent = tape.pop()
            w0, w1, w2, w3 = gates[i][:4]
            w0_bar, w1_bar, w2_bar, w3_bar, b0_bar, b1_bar, b2_bar, b3_bar = gates_bar[i]
            hidden_bar, cell_bar = state_bars[i]
            hidden_bar = hidden_bar + x_bar
            cell_bar = cell_bar + hidden_bar * outgate * (1 - bent * bent)
            forget_bar = cell_bar * cell * forget * (1 - forget)
            ingate_bar = cell_bar * change * ingate * (1 - ingate)
            outgate_bar = hidden_bar * bent * outgate * (1 - outgate)
            change_bar = cell_bar * ingate * (1 - change * change)
            w0_bar += forget_bar * x
            w1_bar += ingate_bar * hidden
            w2_bar += outgate_bar * x
            w3_bar += change_bar * hidden
            b0_bar += forget_bar
            b1_bar += ingate_bar
            b2_bar += outgate_bar
            b3_bar += change_bar
            state_bars[i] = (ingate_bar * w1 + change_bar * w3, cell_bar * forget)
            x_bar = forget_bar * w0 + outgate_bar * w2
        first_bar += x_bar * sequence[t]
    return scale * total, (layers_bar, readout_bar)
